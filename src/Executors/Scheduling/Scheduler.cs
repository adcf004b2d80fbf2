using System.Diagnostics;

namespace Offloop.Scheduling;

/// <summary>Decides for every executor: which task goes where and when, and what comes of it. Queue, priority, timeout, cancellation,
/// retry and outcome live here once; executors differ in the slots that they attach.
/// <para>Everything is decided under one lock and carried out after it: slots are called, and callers' tasks completed, outside.</para></summary>
internal sealed partial class Scheduler(SchedulerOptions options)
{
    private readonly Lock _lock = new();
    private readonly WorkQueue _queue = new();
    private readonly WorkItemList _waiting = new();
    private readonly HashSet<Slot> _slots = [];
    private readonly List<Slot> _idle = [];
    private readonly List<Slot> _listed = [];
    private readonly long[] _totals = new long[Enum.GetValues<OutcomeKind>().Length];
    private long _lastId;
    private int _pending;
    private int _running;

    /// <summary>Called, outside the lock, when a task has to wait; null while nobody could do anything about it.</summary>
    public Action? Starved
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    public SchedulerOptions Options { get; } = options;

    /// <summary>How many tasks more workers could take: those in the queue, and those that wait in a slot behind another.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock)
                return _queue.Count + _slots.Sum(static slot => Math.Max(0, slot.Items.Count - 1));
        }
    }

    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Accepts a task or decides its outcome at once.</summary>
    public void Submit(WorkItem item)
    {
        if (item.CancellationToken.IsCancellationRequested)
        {
            Complete(item, new Outcome.Cancelled(item.CancellationToken));
            return;
        }
        // Registered before the task is accepted, so that no cancellation falls between; the callback finds it New then.
        if (item.CancellationToken.CanBeCanceled)
            item.Registration = item.CancellationToken.UnsafeRegister(static (state, _) => ((Submission)state!).Cancel(), new Submission(this, item));

        Slot? slot;
        Outcome? refusal;
        lock (_lock)
            (slot, refusal) = Accept(item);
        if (refusal is not null)
            Settle(item, refusal);
        else if (slot is not null)
            slot.Send(item);
        else
            Pump();
    }

    private sealed record Submission(Scheduler Scheduler, WorkItem Item)
    {
        public void Cancel() => Scheduler.Cancel(Item);
    }

    private (Slot? Slot, Outcome? Refusal) Accept(WorkItem item)
    {
        if (item.State == WorkItemState.Done) // cancelled meanwhile; its outcome is decided
            return default;
        if (Refusal() is { } refusal)
            return (null, Decide(item, refusal));
        item.IsPending = true;
        _pending++;
        // Past an empty queue: nothing is overtaken, and an inline task runs on its own caller's thread.
        if (_queue.Count == 0 && NextSlot(item) is { } slot)
            return (Assign(item, slot), null);
        if (_queue.Count < Options.QueueCapacity)
        {
            item.State = WorkItemState.Queued;
            _queue.Enqueue(item);
        }
        else if (Options.QueueFullMode == QueueFullMode.Wait)
        {
            item.State = WorkItemState.Waiting;
            _waiting.InsertAfter(item, _waiting.Last);
        }
        else
        {
            return (null, Decide(item, Failures.QueueFull(item, Options.QueueCapacity)));
        }
        return default;
    }

    /// <summary>Lets a slot take tasks.</summary>
    public void Attach(Slot slot)
    {
        lock (_lock)
        {
            if (slot.IsDetached)
                return; // it died in the moment before
            _slots.Add(slot);
            slot.IsOpen = true;
            Relist(slot);
        }
        Pump();
    }

    /// <summary>Stops giving tasks to a slot, if it has none: true means that it is out and the caller may close it.</summary>
    public bool TryDetachIdle(Slot slot)
    {
        lock (_lock)
        {
            if (slot.Items.Count > 0)
                return false;
            Remove(slot);
            return true;
        }
    }

    /// <summary>Stops giving tasks to a slot; those that are there go on.</summary>
    public void Retire(Slot slot)
    {
        lock (_lock)
            CloseSlot(slot);
    }

    /// <summary>A task has started; its clock runs from now.</summary>
    public void Started(Slot slot, WorkItem item)
    {
        lock (_lock)
        {
            if (item.State != WorkItemState.Assigned || item.Slot != slot)
                return;
            item.State = WorkItemState.Running;
            TimeSpan timeout = TimeoutOf(item);
            if (timeout != Timeout.InfiniteTimeSpan && item.EndRequest == EndRequest.None)
                SetTimer(item, timeout);
        }
    }

    /// <summary>A task has ended by itself.</summary>
    public void Finished(Slot slot, WorkItem item, Outcome outcome) => Finished(slot, [(item, outcome)]);

    /// <summary>Tasks have ended by themselves. The list is used up.</summary>
    public void Finished(Slot slot, Span<(WorkItem Item, Outcome Outcome)> ended)
    {
        int count = 0;
        lock (_lock)
        {
            foreach ((WorkItem item, Outcome outcome) in ended)
            {
                if (item.State == WorkItemState.Done || item.Slot != slot)
                    continue;
                Leave(slot, item);
                ended[count++] = (item, Decide(item, Judge(slot, item, outcome)));
            }
        }
        Pump(); // the slot works on while the callers' tasks are completed
        foreach ((WorkItem item, Outcome outcome) in ended[..count])
            Settle(item, outcome);
    }

    /// <summary>Tasks that had been given to a slot come back, not started.</summary>
    public void GivenBack(Slot slot, IEnumerable<WorkItem> items)
    {
        var facts = new TaskFailure { Cause = FailureCause.Cancellation, Phase = TaskPhase.NotStarted };
        foreach (WorkItem item in items)
        {
            lock (_lock)
                slot.Assigned--;
            Lost(slot, item, facts);
        }
    }

    /// <summary>Gives waiting tasks to slots with room until one of both runs out.</summary>
    private void Pump()
    {
        const int AtOnce = 128; // so that the lock is never held for long
        (Slot Slot, WorkItem Item)[]? assigned = null;
        bool starved;
        do
        {
            int count = 0;
            lock (_lock)
            {
                while (count < AtOnce && _queue.First is { } first && NextSlot(first) is { } slot)
                {
                    assigned ??= new (Slot, WorkItem)[AtOnce];
                    int chunk = first.Suspicions > 0 ? 1 : Math.Min(AtOnce - count, first.ChunkSize ?? 1);
                    do
                    {
                        WorkItem item = _queue.TryDequeue()!;
                        assigned[count++] = (Assign(item, slot), item);
                        Admit();
                    }
                    while (--chunk > 0 && slot.ChunkRoom > 0 && _queue.First is { ChunkSize: > 1, Suspicions: 0 });
                }
                starved = _queue.Count > 0;
            }
            for (int i = 0; i < count; i++)
                assigned![i].Slot.Send(assigned[i].Item);
            if (count < AtOnce)
                break;
        }
        while (true);
        if (starved)
            Starved?.Invoke();
    }

    /// <summary>The slot for the next task: one without a task if there is one, so that nothing waits behind a task while it could run; the one
    /// that was busy last, so that the others may shrink away.</summary>
    private Slot? NextSlot(WorkItem item) =>
        _idle.Count > 0 ? _idle[^1]
        : _listed.Count > 0 && item is { ChunkSize: not 1, Suspicions: 0 } ? _listed[^1]
        : null;

    /// <summary>Lets the task that has waited longest for room into the queue.</summary>
    private void Admit()
    {
        if (_waiting.First is not { } next || _queue.Count >= Options.QueueCapacity)
            return;
        _waiting.Remove(next);
        next.State = WorkItemState.Queued;
        _queue.Enqueue(next);
    }

    private Slot Assign(WorkItem item, Slot slot)
    {
        Debug.Assert(slot.IsOpen, "Only an open slot gets a task.");
        item.State = WorkItemState.Assigned;
        item.Slot = slot;
        item.AssignedAt = Options.TimeProvider.GetTimestamp();
        slot.Items.Add(item);
        slot.Assigned++;
        _running++;
        Relist(slot);
        return slot;
    }

    private void Leave(Slot slot, WorkItem item)
    {
        slot.Items.Remove(item);
        item.Slot = null;
        _running--;
        Relist(slot);
    }

    /// <summary>Puts a slot on the list where it belongs now: of those without tasks, of the others with room, or none.</summary>
    private void Relist(Slot slot)
    {
        List<Slot>? list = !slot.IsOpen || slot.Room <= 0 || slot.Items is [{ Suspicions: > 0 }] ? null : slot.Items.Count == 0 ? _idle : _listed;
        if (slot.List == list)
            return;
        slot.List?.Remove(slot);
        list?.Add(slot);
        slot.List = list;
    }

    private void CloseSlot(Slot slot)
    {
        slot.IsOpen = false;
        Relist(slot);
    }

    private void Remove(Slot slot)
    {
        CloseSlot(slot);
        slot.IsDetached = true;
        _slots.Remove(slot);
    }

    /// <summary>Whether the start of a task has to be known for its clock.</summary>
    public bool HasTimeout(WorkItem item) => TimeoutOf(item) != Timeout.InfiniteTimeSpan;

    private TimeSpan TimeoutOf(WorkItem item) => item.Options.Timeout ?? Options.TaskTimeout;

    /// <summary>Makes an outcome final, under the lock. The caller settles it afterwards, outside.</summary>
    private static Outcome Decide(WorkItem item, Outcome outcome)
    {
        Debug.Assert(item.State != WorkItemState.Done, "A task has one outcome.");
        item.State = WorkItemState.Done;
        return outcome;
    }

    /// <summary>Carries a decided outcome out, outside the lock.</summary>
    private void Settle(WorkItem item, Outcome outcome)
    {
        item.Timer?.Dispose();
        item.Registration.Unregister();
        CompleteAfterProgress(item, outcome);
        bool drained;
        lock (_lock)
        {
            _pending -= item.IsPending ? 1 : 0;
            item.IsPending = false;
            drained = IsDrained;
        }
        if (drained)
            _drained.TrySetResult();
    }

    /// <summary>Completes the caller's task when the last value of its progress has been delivered: what the task reported before it ended by itself is.</summary>
    private void CompleteAfterProgress(WorkItem item, Outcome outcome)
    {
        Task delivered = item.Progress?.CloseAsync(deliverLatest: outcome is not (Outcome.Failed or Outcome.Cancelled)) ?? Task.CompletedTask;
        if (delivered.IsCompleted)
            Complete(item, outcome);
        else
            _ = CompleteLaterAsync();

        async Task CompleteLaterAsync()
        {
            await delivered.ConfigureAwait(false);
            Complete(item, outcome);
        }
    }

    private void Complete(WorkItem item, Outcome outcome)
    {
        item.Owner = null;
        Interlocked.Increment(ref _totals[(int)item.Complete(outcome)]);
    }
}
