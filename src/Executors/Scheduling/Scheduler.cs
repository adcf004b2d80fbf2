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
    private readonly List<Slot> _listed = [];
    private readonly long[] _totals = new long[Enum.GetValues<OutcomeKind>().Length];
    private long _lastId;
    private int _pending;
    private int _running;

    /// <summary>Raised, outside the lock, when a task had to wait because no slot had room.</summary>
    public Action? Starved { get; set; }

    public SchedulerOptions Options { get; } = options;

    public int QueuedCount
    {
        get
        {
            lock (_lock)
                return _queue.Count;
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
            PumpOrStarve();
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
        if (_listed.Count > 0 && _queue.Count == 0)
            return (Assign(item, _listed[^1]), null);
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
            List(slot);
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
            Unlist(slot);
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
    public void Finished(Slot slot, WorkItem item, Outcome outcome)
    {
        lock (_lock)
        {
            if (item.State == WorkItemState.Done || item.Slot != slot)
                return;
            Leave(slot, item);
            outcome = Decide(item, Judge(slot, item, outcome));
        }
        Pump(); // the slot works on while the caller's task is completed
        Settle(item, outcome);
    }

    private void PumpOrStarve()
    {
        Pump();
        if (QueuedCount > 0)
            Starved?.Invoke();
    }

    /// <summary>Gives waiting tasks to slots with room until one of both runs out.</summary>
    private void Pump()
    {
        while (true)
        {
            WorkItem? item;
            Slot slot;
            lock (_lock)
            {
                if (_listed.Count == 0 || (item = _queue.TryDequeue()) is null)
                    return;
                slot = Assign(item, _listed[^1]);
                Admit();
            }
            slot.Send(item);
        }
    }

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
        Debug.Assert(slot.IsOpen && slot.IsListed, "Only an open slot gets a task.");
        item.State = WorkItemState.Assigned;
        item.Slot = slot;
        item.AssignedAt = Options.TimeProvider.GetTimestamp();
        slot.Items.Add(item);
        slot.Assigned++;
        _running++;
        if (slot.Room <= 0)
            Unlist(slot, stayOpen: true);
        return slot;
    }

    private void Leave(Slot slot, WorkItem item)
    {
        slot.Items.Remove(item);
        item.Slot = null;
        _running--;
        List(slot);
    }

    private void List(Slot slot)
    {
        if (slot.IsListed || !slot.IsOpen || slot.Room <= 0)
            return;
        slot.IsListed = true;
        _listed.Add(slot);
    }

    private void Unlist(Slot slot, bool stayOpen = false)
    {
        slot.IsOpen &= stayOpen;
        if (slot.IsListed)
            _listed.Remove(slot);
        slot.IsListed = false;
    }

    private void Remove(Slot slot)
    {
        Unlist(slot);
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

    private void Complete(WorkItem item, Outcome outcome) => Interlocked.Increment(ref _totals[(int)item.Complete(outcome)]);
}
