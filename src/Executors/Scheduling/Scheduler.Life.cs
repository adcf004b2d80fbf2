using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <content>The life of the whole: open, degraded, shutting down, closed or broken.</content>
internal sealed partial class Scheduler
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExecutorState _state;
    private bool _queuedAreCancelled;
    private bool _allAreEnded;
    private DateTimeOffset _stateSince = options.TimeProvider.GetUtcNow();
    private string? _stateReason;
    private bool _isBrokenForGood;

    /// <summary>Why tasks that no slot has fail, for now or for good; null as long as they may wait.</summary>
    private (string Reason, TaskFailure Facts)? _broken;

    public ExecutorState State
    {
        get
        {
            using (_lock.EnterScope())
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
        List<TaskEnd> decided = [];
        List<(Slot Slot, WorkItem Item)> running = [];
        using (_lock.EnterScope())
        {
            if (IsOpen_NeedsLock)
                Enter_NeedsLock(ExecutorState.ShuttingDown);
            if (mode != ShutdownMode.Drain)
            {
                _queuedAreCancelled = true;
                EmptyQueue_NeedsLock(static _ => new Outcome.Cancelled(default), decided);
            }
            if (mode == ShutdownMode.Kill)
            {
                _allAreEnded = true; // also those whose slot is gone, with their ends on the way: no entry has them
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
        using (_lock.EnterScope())
        {
            if (!IsDrained_NeedsLock)
                return _drained.Task;
        }
        _drained.TrySetResult();
        return _drained.Task;
    }

    /// <summary>No worker can be started, for good: every task that waits fails, and so does every later one.</summary>
    public void Break(string reason, TaskFailure facts)
    {
        List<TaskEnd> decided = [];
        using (_lock.EnterScope())
        {
            if (_state == ExecutorState.Closed || _isBrokenForGood)
                return;
            _isBrokenForGood = true;
            if (IsOpen_NeedsLock)
                Enter_NeedsLock(ExecutorState.Broken, reason);
            else
                Events.Note(new ExecutorStateChanged(ExecutorState.Broken, reason));
            Refuse_NeedsLock(reason, facts, decided);
            AssertInvariants_NeedsLock();
        }
        Events.Deliver();
        SettleAll(decided);
    }

    /// <summary>No worker can be started now. The slots that there are go on.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="facts">The facts of the last failure.</param>
    /// <param name="refuses">Whether every task that waits fails, and every later one, until <see cref="Recover"/>.</param>
    public void Degrade(string reason, TaskFailure facts, bool refuses)
    {
        List<TaskEnd> decided = [];
        using (_lock.EnterScope())
        {
            if (_state == ExecutorState.Closed || _isBrokenForGood)
                return;
            if (_state == ExecutorState.Open)
                Enter_NeedsLock(ExecutorState.Degraded, reason);
            else if (_state == ExecutorState.Degraded && refuses && _broken is null)
                Events.Note(new ExecutorStateChanged(ExecutorState.Degraded, reason));
            if (_state == ExecutorState.Degraded)
                _stateReason = reason;
            _broken = null;
            if (refuses)
                Refuse_NeedsLock(reason, facts, decided);
            AssertInvariants_NeedsLock();
        }
        Events.Deliver();
        SettleAll(decided);
    }

    /// <summary>Workers can be started again.</summary>
    public void Recover()
    {
        using (_lock.EnterScope())
        {
            if (_state == ExecutorState.Closed || _isBrokenForGood)
                return;
            _broken = null;
            if (_state == ExecutorState.Degraded)
                Enter_NeedsLock(ExecutorState.Open);
        }
        Events.Deliver();
    }

    /// <summary>Ends the workers, once no task is left.</summary>
    public async Task CloseAsync()
    {
        await _source.CloseAsync().ConfigureAwait(false);
        using (_lock.EnterScope())
            Enter_NeedsLock(ExecutorState.Closed);
        Events.Deliver();
    }

    /// <summary>The executor at one moment: the numbers, the workers and their tasks belong together. Under the lock it is only noted who
    /// has what: a cluster has tens of thousands of tasks, and others wait for the lock.</summary>
    public ExecutorSnapshot Snapshot()
    {
        ExecutorSnapshot snapshot;
        WorkerNote[] notes;
        long now;
        using (_lock.EnterScope())
        {
            SourceSnapshot source = _source.Snapshot();
            notes = [.. source.Workers.Select(Note_NeedsLock)];
            now = Options.TimeProvider.GetTimestamp();
            snapshot = new ExecutorSnapshot
            {
                State = _state,
                StateReason = _stateReason,
                StateSince = _stateSince,
                Queued = _queue.Count + _waiting.Count,
                Running = _running,
                Succeeded = _totals[(int)OutcomeKind.Succeeded],
                Failed = _totals[(int)OutcomeKind.Failed],
                Cancelled = _totals[(int)OutcomeKind.Cancelled],
                TimedOut = _totals[(int)OutcomeKind.TimedOut],
                Lost = _totals[(int)OutcomeKind.Lost],
                AbandonedThreads = source.AbandonedThreads,
                Workers = [],
            };
        }
        return snapshot with { Workers = [.. notes.Select(note => SnapshotOf(note, now))] };
    }

    /// <summary>What has to be noted of a worker, and of a task, because it changes.</summary>
    private readonly record struct WorkerNote(SlotReport Report, SlotFacts Facts, TaskNote[] Tasks);

    /// <inheritdoc cref="WorkerNote"/>
    private readonly record struct TaskNote(WorkItem Item, int Attempt, long AssignedAt);

    private WorkerNote Note_NeedsLock(SlotReport report)
    {
        List<WorkItem> items = _entries.TryGetValue(report.Slot, out SlotEntry? entry) ? entry.Items : [];
        var tasks = new TaskNote[items.Count];
        for (int i = 0; i < tasks.Length; i++)
            tasks[i] = new TaskNote(items[i], items[i].Attempt, items[i].AssignedAt);
        return new WorkerNote(report, report.Slot.Facts, tasks);
    }

    private WorkerSnapshot SnapshotOf(WorkerNote note, long now)
    {
        (SlotReport report, SlotFacts facts, TaskNote[] tasks) = note;
        return new WorkerSnapshot
        {
            Id = facts.WorkerId ?? 0,
            ProcessId = facts.ProcessId,
            State = report.State == WorkerState.Idle && tasks.Length > 0 ? WorkerState.Busy : report.State,
            Tasks = [.. tasks.Select(task => new TaskSnapshot
            {
                Id = task.Item.Id,
                Name = task.Item.Name,
                Attempt = task.Attempt,
                Age = Options.TimeProvider.GetElapsedTime(task.AssignedAt, now),
            })],
            Age = report.Age,
            TasksDone = report.TasksDone,
            ResidentBytes = report.ResidentBytes,
            Node = report.Node,
        };
    }

    /// <summary>Why a task cannot be accepted, or null.</summary>
    private Outcome.Failed? Refusal_NeedsLock() =>
        IsOpen_NeedsLock || _isBrokenForGood
            ? Helplessness_NeedsLock()
            : new Outcome.Failed(
                new ObjectDisposedException("Executor", "The executor was shut down; it accepts no tasks any more."), OutcomeKind.Failed);

    /// <summary>The failure of a task that no slot has, if no worker can be started; null as long as it may wait.</summary>
    private Outcome.Failed? Helplessness_NeedsLock() => _broken is var (reason, facts)
        ? new Outcome.Failed(Failures.Broken(reason, facts), OutcomeKind.Failed)
        : null;

    private void EmptyQueue_NeedsLock(Func<WorkItem, Outcome> outcome, List<TaskEnd> decided)
    {
        while (_waiting.First is { } waiting)
        {
            Unwait_NeedsLock(waiting);
            decided.Add(new TaskEnd(waiting, Decide_NeedsLock(waiting, outcome(waiting))));
        }
        while (_queue.TryDequeue() is { } queued)
            decided.Add(new TaskEnd(queued, Decide_NeedsLock(queued, outcome(queued))));
        TellDemand_NeedsLock();
    }

    private void Refuse_NeedsLock(string reason, TaskFailure facts, List<TaskEnd> decided)
    {
        _broken = (reason, facts);
        EmptyQueue_NeedsLock(_ => Helplessness_NeedsLock()!, decided);
    }

    private void Enter_NeedsLock(ExecutorState state, string? reason = null)
    {
        AssertLocked();
        (_state, _stateReason, _stateSince) = (state, reason, Options.TimeProvider.GetUtcNow());
        Events.Note(new ExecutorStateChanged(state, reason));
    }

    private bool IsOpen_NeedsLock => _state is ExecutorState.Open or ExecutorState.Degraded;

    private bool IsDrained_NeedsLock => !IsOpen_NeedsLock && _pending == 0;
}
