using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <content>The life of the whole: open, shutting down, closed or broken.</content>
internal sealed partial class Scheduler
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExecutorState _state;
    private bool _queuedAreCancelled;
    private (string Reason, TaskFailure Facts)? _broken;

    public ExecutorState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>Throws when no task is accepted any more.</summary>
    public void ThrowIfClosed(object executor) =>
        ObjectDisposedException.ThrowIf(State is ExecutorState.ShuttingDown or ExecutorState.Closed, executor);

    /// <summary>Accepts nothing any more, ends what <paramref name="mode"/> says, and is done when no task is left.
    /// A second call may be stricter than the first, never milder.</summary>
    public Task ShutdownAsync(ShutdownMode mode)
    {
        List<(WorkItem, Outcome)> decided = [];
        List<(Slot Slot, WorkItem Item)> running = [];
        lock (_lock)
        {
            if (_state == ExecutorState.Open)
                Enter_NeedsLock(ExecutorState.ShuttingDown);
            if (mode != ShutdownMode.Drain)
            {
                _queuedAreCancelled = true;
                EmptyQueue_NeedsLock(static _ => new Outcome.Cancelled(default), decided);
            }
            if (mode == ShutdownMode.Kill)
            {
                foreach (WorkItem item in _entries.Values.SelectMany(static entry => entry.Items))
                {
                    running.Add((item.Entry!.Slot, item));
                    if (item.EndRequest == EndRequest.None)
                        Request_NeedsLock(item, EndRequest.Shutdown);
                    Force_NeedsLock(item);
                }
            }
            AssertInvariants_NeedsLock();
        }
        Events.Deliver();
        SettleAll(decided);
        foreach ((Slot slot, WorkItem item) in running)
        {
            slot.RequestEnd(item);
            slot.ForceEnd(item);
        }
        lock (_lock)
        {
            if (!IsDrained_NeedsLock)
                return _drained.Task;
        }
        _drained.TrySetResult();
        return _drained.Task;
    }

    /// <summary>No worker can be started: every task that waits fails, and so does every later one.</summary>
    public void Break(string reason, TaskFailure facts)
    {
        List<(WorkItem, Outcome)> decided = [];
        lock (_lock)
        {
            if (_state == ExecutorState.Closed || _broken is not null)
                return;
            _broken = (reason, facts);
            if (_state == ExecutorState.Open)
                _state = ExecutorState.Broken;
            Events.Note(new ExecutorStateChanged(ExecutorState.Broken, reason));
            EmptyQueue_NeedsLock(_ => new Outcome.Failed(Failures.Broken(reason, facts), OutcomeKind.Failed), decided);
            AssertInvariants_NeedsLock();
        }
        Events.Deliver();
        SettleAll(decided);
    }

    /// <summary>Ends the workers, once no task is left.</summary>
    public async Task CloseAsync()
    {
        await _source.CloseAsync().ConfigureAwait(false);
        lock (_lock)
            Enter_NeedsLock(ExecutorState.Closed);
        Events.Deliver();
    }

    private void Enter_NeedsLock(ExecutorState state)
    {
        _state = state;
        Events.Note(new ExecutorStateChanged(state));
    }

    /// <summary>The executor at one moment: the numbers, the workers and their tasks belong together.</summary>
    public ExecutorSnapshot Snapshot()
    {
        lock (_lock)
        {
            SourceSnapshot source = _source.Snapshot();
            return new ExecutorSnapshot
            {
                State = _state,
                Queued = _queue.Count + _waiting.Count,
                Running = _running,
                Succeeded = _totals[(int)OutcomeKind.Succeeded],
                Failed = _totals[(int)OutcomeKind.Failed],
                Cancelled = _totals[(int)OutcomeKind.Cancelled],
                TimedOut = _totals[(int)OutcomeKind.TimedOut],
                Lost = _totals[(int)OutcomeKind.Lost],
                AbandonedThreads = source.AbandonedThreads,
                Workers = [.. source.Workers.Select(Snapshot_NeedsLock)],
            };
        }
    }

    private WorkerSnapshot Snapshot_NeedsLock(SlotReport report)
    {
        List<WorkItem> items = _entries.TryGetValue(report.Slot, out SlotEntry? entry) ? entry.Items : [];
        SlotFacts facts = report.Slot.Facts;
        return new WorkerSnapshot
        {
            Id = facts.WorkerId ?? 0,
            ProcessId = facts.ProcessId,
            State = report.State == WorkerState.Idle && items.Count > 0 ? WorkerState.Busy : report.State,
            Tasks = [.. items.Select(item => new TaskSnapshot
            {
                Id = item.Id,
                Name = item.Name,
                Attempt = item.Attempt,
                Age = Options.TimeProvider.GetElapsedTime(item.AssignedAt),
            })],
            Age = report.Age,
            TasksDone = report.TasksDone,
            ResidentBytes = report.ResidentBytes,
        };
    }

    /// <summary>Why a task cannot be accepted, or null.</summary>
    private Outcome.Failed? Refusal_NeedsLock() => _state switch
    {
        ExecutorState.Open => null,
        _ when _broken is var (reason, facts) => new Outcome.Failed(Failures.Broken(reason, facts), OutcomeKind.Failed),
        _ => new Outcome.Failed(
            new ObjectDisposedException("Executor", "The executor was shut down; it accepts no tasks any more."), OutcomeKind.Failed),
    };

    private void EmptyQueue_NeedsLock(Func<WorkItem, Outcome> outcome, List<(WorkItem, Outcome)> decided)
    {
        while (_waiting.First is { } waiting)
        {
            Unwait_NeedsLock(waiting);
            decided.Add((waiting, Decide_NeedsLock(waiting, outcome(waiting))));
        }
        while (_queue.TryDequeue() is { } queued)
            decided.Add((queued, Decide_NeedsLock(queued, outcome(queued))));
        TellDemand_NeedsLock();
    }

    private bool IsDrained_NeedsLock => _state != ExecutorState.Open && _pending == 0;
}
