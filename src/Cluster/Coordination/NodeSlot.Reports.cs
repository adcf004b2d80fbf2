using System.Runtime.ExceptionServices;
using Offloop.Cluster.Messages;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;
using Offloop.Workers;

namespace Offloop.Cluster.Coordination;

/// <summary>What a node reports of its tasks.</summary>
internal sealed partial class NodeSlot
{
    private readonly Lock _taking = new(); // so that what a batch leads to is over before the next one, also if an answer was lost
    private readonly HashSet<WorkItem> _ending = []; // their end is here, and is being told to the scheduler

    /// <summary>Takes reports of the node. Throws if they make no sense: the session has to end then, because they do not come
    /// again.</summary>
    public void Take(int lane, long number, NodeReport[] reports)
    {
        lock (_taking)
        {
            List<Action> actions = [];
            List<Exception> errors = [];
            lock (_lock)
            {
                if (_isGone || !_arrivals.IsNew(lane, number))
                    return;
                Try(errors, () =>
                {
                    foreach (NodeReport report in reports)
                    {
                        if (ActionOf_NeedsLock(report) is { } action)
                            actions.Add(action);
                    }
                });
            }
            // Whatever is wrong with one report, the others of the batch hold: the tasks of some have ended.
            actions.ForEach(action => Try(errors, action));
            if (errors is [var first, ..])
                ExceptionDispatchInfo.Throw(first);
        }
    }

    private static void Try(List<Exception> errors, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            errors.Add(error);
        }
    }

    /// <summary>What a report leads to, outside the lock; null if there is nothing to do.</summary>
    private Action? ActionOf_NeedsLock(NodeReport report)
    {
        if (report is PieceReport { Piece: var piece })
        {
            _arrivals.Add(piece);
            return null;
        }
        if (!_rows.TryGetValue(report.Sequence, out Row? row))
        {
            return report.Sequence <= _lastSequence
                ? null // its end came before
                : throw new InvalidDataException($"a report is about the task number {report.Sequence}, which the node does not have");
        }
        switch (report)
        {
            case StartedReport:
                return () => _scheduler.Started(this, row.Item);
            case ProgressReport progress:
                Payload value = _arrivals.Take(progress.Value);
                return () => row.Item.Progress?.Post(
                    Task.FromResult(value), () => _orders.Send(row.Sequence, new ProgressTakenOrder(row.Sequence)));
            case LogReport log:
                return () => Log(row.Item, log);
            case ItemReport item:
                Payload next = _arrivals.Take(item.Value);
                return () => Post(row.Item, next);
            case EndedReport end:
                Payload result = _arrivals.Take(end.Result);
                FinishedTask finished = Packed.Unpack<FinishedTask>(end.End); // before the node is done with the task, because it may throw
                return Ending_NeedsLock(row, () => Finish(row.Item, end, finished, result));
            case LostReport lost:
                TaskFailure facts = Packed.UnpackFailure(lost.Facts);
                return Ending_NeedsLock(row, () => Lose(row.Item, facts));
            case GivenBackReport:
                return Ending_NeedsLock(row, () => _scheduler.GivenBack(this, [row.Item]));
            default:
                throw new InvalidDataException($"a report is a {report.GetType().Name}");
        }
    }

    /// <summary>The node is done with a task. If the node is lost before the scheduler has been told, the end counts.</summary>
    private Action Ending_NeedsLock(Row row, Action tell)
    {
        Remove_NeedsLock(row);
        _ending.Add(row.Item);
        return () =>
        {
            try
            {
                tell();
            }
            finally
            {
                lock (_lock)
                    _ending.Remove(row.Item);
            }
        };
    }

    private void Log(TaskItem task, LogReport line)
    {
        SchedulerOptions executor = _scheduler.Options;
        try
        {
            new ScopedLogger(executor.TaskLogger, task.LogScope(executor.Name, Facts.WorkerId)).TaskLine(line.Level, task.Id, line.Text);
        }
        catch (Exception) // the application's logger may throw anything; the node must not suffer for that
        {
        }
    }

    private void Post(TaskItem task, Payload item) => _ = task.Items?.PostAsync(Task.FromResult(item), error =>
    {
        TaskFailure facts = Facts.ToFailure(FailureCause.Payload, TaskPhase.Running, task.Attempt);
        _scheduler.Fail(task, TaskItem.Refused(error, facts, TaskPhase.Running));
    });

    private void Finish(TaskItem item, EndedReport report, FinishedTask end, Payload result)
    {
        Interlocked.Increment(ref _done);
        SlotFacts place = Facts with { WorkerId = report.WorkerId, ProcessId = report.ProcessId };
        Outcome outcome = TaskEnds.OutcomeOf(end, result, item, place);
        _scheduler.Finished(this, item, outcome, TimeSpan.FromMicroseconds(Math.Clamp(end.Microseconds, 0, int.MaxValue)));
    }

    /// <summary>The worker of a task is gone, or its task was ended by force on this end's word: then the cause is what this end
    /// wanted.</summary>
    private void Lose(TaskItem item, TaskFailure facts)
    {
        if (facts is { Cause: FailureCause.StartFailure, Phase: TaskPhase.NotStarted })
        {
            InTrouble("its workers cannot start");
            _scheduler.GivenBack(this, [item]);
            return;
        }
        Interlocked.Increment(ref _done);
        FailureCause cause = (facts.Cause, item.EndRequest) switch
        {
            (FailureCause.Cancellation, EndRequest.Timeout) => FailureCause.Timeout,
            (FailureCause.Cancellation, EndRequest.Shutdown) => FailureCause.Shutdown,
            _ => facts.Cause,
        };
        _scheduler.GivenUp(this, item, facts with { Cause = cause, Node = Card.Name });
    }
}
