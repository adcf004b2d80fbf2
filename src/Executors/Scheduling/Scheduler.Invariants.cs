using System.Diagnostics;

namespace Offloop.Scheduling;

/// <content>The invariants, which hold whenever the lock is free, as sentences.</content>
internal sealed partial class Scheduler
{
    /// <summary>Throws <see cref="InvalidOperationException"/> with the first sentence that is not true. For tests; its cost grows with the
    /// number of tasks.</summary>
    public void RequireInvariants()
    {
        using (_lock.EnterScope())
        {
            if (BrokenInvariant_NeedsLock() is { } sentence)
                throw new InvalidOperationException($"The scheduler broke an invariant: {sentence}");
        }
    }

    /// <summary>The slot that is kept for a task which has to run alone, or null. For tests.</summary>
    public Slot? Kept
    {
        get
        {
            using (_lock.EnterScope())
                return _reserved?.Slot;
        }
    }

    [Conditional("DEBUG")]
    private void AssertLocked() => Debug.Assert(_lock.IsHeldByCurrentThread, "A method that ends in _NeedsLock is called under the lock.");

    /// <summary>After every transition, in debug builds.</summary>
    [Conditional("DEBUG")]
    private void AssertInvariants_NeedsLock()
    {
        AssertLocked();
        string? sentence = BrokenInvariant_NeedsLock();
        Debug.Assert(sentence is null, sentence);
    }

    private string? BrokenInvariant_NeedsLock()
    {
        int assigned = 0, ahead = 0;
        foreach (SlotEntry entry in _entries.Values)
        {
            assigned += entry.Items.Count;
            ahead += entry.Ahead;
            if (entry.Items.Exists(item => item.Entry != entry))
                return "a task that a slot has says that it is with another one.";
            if (entry.Items.Exists(static item => item.State is not (WorkItemState.Assigned or WorkItemState.Running)))
                return "a task that a slot has is Assigned or Running.";
            if (!entry.IsOpen && entry.List is not null)
                return "a slot that is closed is offered tasks.";
            if (entry.IsReserved != (entry == _reserved))
                return "a slot is kept for a task that runs alone, and the scheduler does not know it.";
            if (entry is { IsReserved: true, Items.Count: > 0, List: not null })
                return "a slot that is kept for a task which runs alone is offered others.";
            if (entry.Ahead != Math.Max(0, entry.Items.Count - entry.Slot.Concurrency))
                return "the number of tasks that wait in a slot is not the number that cannot run there.";
        }
        int queued = 0;
        foreach (WorkItem item in _queue.Items())
        {
            queued++;
            if (item.State != WorkItemState.Queued || item.Entry is not null)
                return "a task in the queue is Queued and with no slot.";
        }
        foreach (WorkItem item in _waiting.Nodes())
        {
            if (item.State != WorkItemState.Waiting || item.Entry is not null)
                return "a task that waits for room in the queue is Waiting and with no slot.";
        }
        return queued != _queue.Count ? "the queue counts the tasks that it has."
            : assigned > _running ? "more tasks are with slots than the scheduler counts."
            : ahead > _ahead ? "more tasks wait in slots than the scheduler counts."
            : _demand != _queue.Count + _waiting.Count + _ahead ? "the source of slots was told another demand than there is."
            : _pending < _queue.Count + _waiting.Count + assigned ? "a shutdown would not wait for every task that is not done."
            : _waiting.Count > 0 && _queue.Count < Options.QueueCapacity ? "a task waits for room in a queue that has room."
            : null;
    }
}
