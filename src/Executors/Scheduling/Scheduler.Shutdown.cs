namespace Offloop.Scheduling;

/// <content>The life of the whole: open, shutting down, closed or broken.</content>
internal sealed partial class Scheduler
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExecutorState _state;
    private bool _queuedAreCancelled;
    private Func<Exception>? _brokenBecause;

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
                _state = ExecutorState.ShuttingDown;
            if (mode != ShutdownMode.Drain)
            {
                _queuedAreCancelled = true;
                EmptyQueue(static () => new Outcome.Cancelled(default), decided);
            }
            if (mode == ShutdownMode.Kill)
                running.AddRange(_slots.SelectMany(slot => slot.Items.Select(item => (slot, item))));
            foreach ((_, WorkItem item) in running)
            {
                if (item.EndRequest == EndRequest.None)
                    item.EndRequest = EndRequest.Shutdown;
            }
        }
        foreach ((WorkItem item, Outcome outcome) in decided)
            Settle(item, outcome);
        foreach ((Slot slot, WorkItem item) in running)
        {
            slot.RequestEnd(item);
            slot.ForceEnd(item);
        }
        lock (_lock)
        {
            if (!IsDrained)
                return _drained.Task;
        }
        _drained.TrySetResult();
        return _drained.Task;
    }

    /// <summary>No worker can be started: every task that waits fails, and so does every later one.</summary>
    public void Break(Func<Exception> because)
    {
        List<(WorkItem, Outcome)> decided = [];
        lock (_lock)
        {
            if (_state is ExecutorState.Closed or ExecutorState.Broken)
                return;
            _brokenBecause = because;
            if (_state == ExecutorState.Open)
                _state = ExecutorState.Broken;
            EmptyQueue(() => new Outcome.Failed(because(), OutcomeKind.Failed), decided);
        }
        foreach ((WorkItem item, Outcome outcome) in decided)
            Settle(item, outcome);
    }

    /// <summary>The workers are gone too.</summary>
    public void Close()
    {
        lock (_lock)
            _state = ExecutorState.Closed;
    }

    public ExecutorSnapshot Snapshot(IReadOnlyList<WorkerSnapshot> workers, int abandonedThreads)
    {
        lock (_lock)
        {
            return new ExecutorSnapshot
            {
                State = _state,
                Queued = _queue.Count + _waiting.Count,
                Running = _running,
                Succeeded = Total(OutcomeKind.Succeeded),
                Failed = Total(OutcomeKind.Failed),
                Cancelled = Total(OutcomeKind.Cancelled),
                TimedOut = Total(OutcomeKind.TimedOut),
                Lost = Total(OutcomeKind.Lost),
                AbandonedThreads = abandonedThreads,
                Workers = workers,
            };
        }
    }

    private long Total(OutcomeKind kind) => Interlocked.Read(ref _totals[(int)kind]);

    /// <summary>Why a task cannot be accepted, or null.</summary>
    private Outcome.Failed? Refusal() => _state switch
    {
        ExecutorState.Open => null,
        _ when _brokenBecause is not null => new Outcome.Failed(_brokenBecause(), OutcomeKind.Failed),
        _ => new Outcome.Failed(new ObjectDisposedException(nameof(Executor), "The executor was shut down; it accepts no tasks any more."), OutcomeKind.Failed),
    };

    private void EmptyQueue(Func<Outcome> outcome, List<(WorkItem, Outcome)> decided)
    {
        while (_waiting.First is { } waiting)
        {
            _waiting.Remove(waiting);
            decided.Add((waiting, Decide(waiting, outcome())));
        }
        while (_queue.TryDequeue() is { } queued)
            decided.Add((queued, Decide(queued, outcome())));
    }

    private bool IsDrained => _state != ExecutorState.Open && _pending == 0;
}
