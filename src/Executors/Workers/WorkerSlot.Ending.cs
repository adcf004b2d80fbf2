using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <content>The end of the worker for the sake of a task, and what it leaves of the others.</content>
internal sealed partial class WorkerSlot
{
    private ITimer? _neighbourGrace;
    private byte[]? _marks;
    private TaskFailure? _lossFacts;
    private SlotLoss? _loss;
    private TaskNeighbour[] _ran = [];

    /// <summary>Kills the process if it runs this task and no other, or if the end of this one is noted and does not come; that end may
    /// still count, because the notes outlive the process. If others run beside it, the worker is condemned. A task that waits behind
    /// others in a worker which does not even answer is given up without a kill, which would hit them.</summary>
    private void ForceEndNow(TaskItem item)
    {
        KillReason? reason;
        Doom doom;
        bool isFirst = false;
        lock (_lock)
        {
            if (_stage is not (WorkerStage.Active or WorkerStage.Retiring or WorkerStage.Condemned))
                return;
            doom = Tasks.TryDoom(item, PhaseOf, spares: item.EndRequest != EndRequest.Shutdown);
            reason = doom switch
            {
                // Only a task that begins between now and the death of the process is lost for this cause, or one that was not spared.
                Doom.Running => DoesNotEnd(item),
                // The tasks that run now are lost too, and not to blame.
                Doom.Noted => new KillReason(FailureCause.Unresponsive, $"the end of task {item.Id} is noted and does not come"),
                _ => null,
            };
            if (reason is not null)
                (_stage, _killed) = (WorkerStage.Dying, reason);
            else if (doom == Doom.Shared)
                (isFirst, _stage) = (_stage != WorkerStage.Condemned, WorkerStage.Condemned);
            else if (doom != Doom.Waiting)
                return;
        }
        if (reason is not null)
            Channel.Kill(reason);
        else if (doom == Doom.Shared)
            Condemn(item, isFirst);
        else
            _scheduler.GivenUp(this, item, _facts.ToFailure(FailureCause.TaskException, TaskPhase.NotStarted, item.Attempt));
    }

    private TaskPhase PhaseOf(int sequence) => Channel.PhaseOf(sequence);

    /// <summary>The worker is going to be killed for this task, whose outcome is decided now. What has not started there goes elsewhere at
    /// once, and what runs beside it has the <see cref="ProcessPoolOptions.NeighbourGrace"/>.</summary>
    private void Condemn(TaskItem item, bool isFirst)
    {
        if (isFirst)
        {
            _scheduler.Close(this);
            Channel.Tell(static worker => worker.Recall());
            TimeSpan grace = _launch.Options.NeighbourGrace;
            _launch.Events.Tell(new WorkerCondemned(Id, Channel.ProcessId, item.Id, grace));
            KillReason reason = DoesNotEnd(item);
            lock (_lock)
            {
                if (_stage == WorkerStage.Condemned)
                    _neighbourGrace = Time.CreateTimer(_ => Kill(reason), null, grace, Timeout.InfiniteTimeSpan);
            }
        }
        IReadOnlyList<TaskNeighbour> neighbours = [.. Tasks.Running(PhaseOf).Where(other => other != item).Select(Named)];
        TaskFailure facts = _facts.ToFailure(CauseOf(item.EndRequest), TaskPhase.Running, item.Attempt);
        _scheduler.GivenUp(this, item, facts with
        {
            SharedWith = neighbours,
            EndedBy = item.Id,
            Stack = Findings.Of(item.Id),
            DumpFile = Findings.DumpFile,
        });
        _changed();
        EndCondemned(); // the others may have ended meanwhile
    }

    /// <summary>Ends a condemned worker that has only such tasks left as do not end, or none.</summary>
    private void EndCondemned()
    {
        if (Tasks.HasOthers || (Tasks.Stuck == 0 && TryLeave()))
            return;
        if (Tasks.Condemning is { } item)
            Kill(DoesNotEnd(item));
    }

    private static KillReason DoesNotEnd(TaskItem item) =>
        new(CauseOf(item.EndRequest), $"task {item.Id} ('{item.Name}') did not end in time") { TaskId = item.Id };

    private static TaskNeighbour Named(TaskItem item) => new() { TaskId = item.Id, Name = item.Name };

    private static bool CanLeave(WorkerStage stage) =>
        stage is WorkerStage.Spare or WorkerStage.Active or WorkerStage.Retiring or WorkerStage.Condemned;

    private static FailureCause CauseOf(EndRequest request) => request switch
    {
        EndRequest.Timeout => FailureCause.Timeout,
        EndRequest.Shutdown => FailureCause.Shutdown,
        _ => FailureCause.Cancellation,
    };

    /// <summary>Empties the table, and says of each task how far it had come, and which ran beside it. That is said once: a worker may be
    /// given up by the scheduler and the supervisor, and end all the same, at one time.</summary>
    private SlotLoss LossOf(byte[]? marks, TaskFailure facts, long? endedBy)
    {
        lock (_lock)
        {
            if (_loss is not null)
                return _loss;
            facts = facts with { EndedBy = endedBy, DumpFile = facts.DumpFile ?? _found.DumpFile };
            (_marks, _lossFacts) = (marks, facts); // before the table is closed, after which a late end asks for them
            TaskTable.Remains remains = Tasks.Close();
            if (Concurrency > 1)
            {
                _ran =
                [
                    .. remains.Sequences.Where(pair => !remains.Ended.Contains(pair.Key) && HadStarted(marks, pair.Value))
                        .Select(static pair => Named(pair.Key)),
                ];
            }
            return _loss = new SlotLoss
            {
                Otherwise = facts with { Phase = TaskPhase.NotStarted }, // it has no number here, so it was never sent
                Tasks = remains.Sequences.ToDictionary(
                    static pair => (WorkItem)pair.Key, pair => LossOf(marks, facts, pair.Key, pair.Value)),
                Ending = remains.Ending.ToHashSet<WorkItem>(),
            };
        }
    }

    private TaskLoss LossOf(byte[]? marks, TaskFailure facts, TaskItem item, int sequence)
    {
        TaskPhase phase = StartMark.PhaseOf(marks, sequence);
        TaskNeighbour[] others = phase == TaskPhase.NotStarted ? [] : [.. _ran.Where(other => other.TaskId != item.Id)];
        return new TaskLoss(
            facts with { Phase = phase, SharedWith = others, Stack = phase == TaskPhase.Running ? _found.Of(item.Id) : null },
            // It may have been the message that brought the task, or its argument.
            IsSuspect: facts.Cause == FailureCause.ProtocolError || StartMark.WasTaken(marks, sequence));
    }

    private static bool HadStarted(byte[]? marks, int sequence) => StartMark.PhaseOf(marks, sequence) != TaskPhase.NotStarted;
}
