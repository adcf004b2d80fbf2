using System.Buffers;
using System.Diagnostics;
using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <content>Which task goes to which slot.</content>
internal sealed partial class Scheduler
{
    private readonly Dictionary<Slot, SlotEntry> _entries = [];

    /// <summary>The slots by their labels.</summary>
    private readonly Dictionary<LabelSet, SlotGroup> _groups = [];

    /// <summary>The groups that have room, those with the fewest labels first: a task that needs no label leaves the special places to
    /// others.</summary>
    private readonly List<SlotGroup> _roomy = [];

    /// <summary>How many tasks wait for room in the queue, by their requirement.</summary>
    private readonly Dictionary<LabelSet, int> _waitingFor = [];

    /// <summary>The slot that is kept for a task which has to run alone.</summary>
    private SlotEntry? _reserved;

    private long _lastGroup;
    private int _ahead;
    private int _demand;

    /// <summary>Makes a slot known. It takes no tasks before <see cref="Open"/>.</summary>
    public void Add(Slot slot)
    {
        using (_lock.EnterScope())
        {
            if (!_groups.TryGetValue(slot.Labels, out SlotGroup? group))
                _groups.Add(slot.Labels, group = new SlotGroup(slot.Labels, ++_lastGroup));
            group.Slots++;
            _entries.Add(slot, new SlotEntry(slot, group));
        }
    }

    /// <summary>Lets a slot take tasks. One that is gone already is left alone.</summary>
    public void Open(Slot slot)
    {
        using (_lock.EnterScope())
        {
            if (!_entries.TryGetValue(slot, out SlotEntry? entry))
                return;
            entry.IsOpen = true;
            Relist_NeedsLock(entry);
            AssertInvariants_NeedsLock();
        }
        Dispatch();
    }

    /// <summary>Stops giving tasks to a slot; those that are there go on.</summary>
    public void Close(Slot slot)
    {
        using (_lock.EnterScope())
        {
            if (!_entries.TryGetValue(slot, out SlotEntry? entry))
                return;
            Close_NeedsLock(entry);
            Reserve_NeedsLock();
            AssertInvariants_NeedsLock();
        }
    }

    /// <summary>Removes a slot if it has no task: true means that it is out, and that the source may end it.</summary>
    public bool TryRemoveIdle(Slot slot)
    {
        using (_lock.EnterScope())
        {
            if (!_entries.TryGetValue(slot, out SlotEntry? entry) || entry.Items.Count > 0)
                return false;
            Remove_NeedsLock(entry);
            Reserve_NeedsLock();
            AssertInvariants_NeedsLock();
            return true;
        }
    }

    /// <summary>Gives waiting tasks to slots with room until one of both runs out.</summary>
    private void Dispatch()
    {
        const int AtOnce = 128; // so that the lock is never held for long
        (Slot Slot, Assignment Assignment)[]? assigned = null;
        int count;
        do
        {
            count = 0;
            using (_lock.EnterScope())
            {
                while (count < AtOnce && Match_NeedsLock() is ({ } first, { } entry))
                {
                    assigned ??= ArrayPool<(Slot, Assignment)>.Shared.Rent(AtOnce);
                    int chunk = first.RunsAlone ? 1 : Math.Min(AtOnce - count, first.ChunkSize ?? 1);
                    WorkItem? next = first;
                    do
                    {
                        Dequeue_NeedsLock(next);
                        assigned[count++] = (entry.Slot, Assign_NeedsLock(next, entry));
                        Admit_NeedsLock();
                        next = _queue.FirstOf(first.Lane);
                    }
                    while (--chunk > 0 && entry.ChunkRoom > 0 && !_queue.HasSpecial && next is { ChunkSize: > 1 });
                }
                TellDemand_NeedsLock();
                AssertInvariants_NeedsLock();
            }
            Events.Deliver();
            for (int i = 0; i < count; i++)
                assigned![i].Slot.Send(assigned[i].Assignment);
        }
        while (count == AtOnce);
        if (assigned is not null)
            ArrayPool<(Slot, Assignment)>.Shared.Return(assigned, clearArray: true);
    }

    /// <summary>The next task that some slot has room for, and that slot.</summary>
    private (WorkItem? Item, SlotEntry? Entry) Match_NeedsLock()
    {
        Reserve_NeedsLock();
        if (_queue.Count == 0 || _roomy.Count == 0)
            return default;
        foreach (WorkItem first in _queue.Firsts)
        {
            if (first.IsStuck)
                continue;
            if (SlotFor_NeedsLock(first) is { } entry)
                return (first, entry);
            first.IsStuck = true;
        }
        return _waitingFor.Count > 0 ? MatchWaiting_NeedsLock() : default;
    }

    /// <summary>The queue may be full of tasks that no slot with room takes. Tasks with another requirement that wait for room in the queue
    /// run past them, those with the same requirement in order.</summary>
    private (WorkItem? Item, SlotEntry? Entry) MatchWaiting_NeedsLock()
    {
        HashSet<LabelSet> seen = [];
        for (WorkItem? waiting = _waiting.First; waiting is not null && seen.Count < _waitingFor.Count; waiting = waiting.Next)
        {
            if (seen.Add(waiting.Requires) && _queue.FirstOf(waiting.Lane) is null && SlotFor_NeedsLock(waiting) is { } entry)
                return (waiting, entry);
        }
        return default;
    }

    private void Dequeue_NeedsLock(WorkItem item)
    {
        if (item.State == WorkItemState.Waiting)
            Unwait_NeedsLock(item);
        else
            _queue.Remove(item);
    }

    /// <summary>Whether a new task may go to a slot at once: no task before it could have the slot.</summary>
    private bool IsNext_NeedsLock(WorkItem item) =>
        _queue.Count == 0
        || (_queue.FirstOf(item.Lane) is null && !_waitingFor.ContainsKey(item.Requires) && Match_NeedsLock().Entry is null);

    /// <summary>The slot for the next task: one with a free place if there is one, so that nothing waits behind a task while it could run.
    /// A task that may have ended other workers goes to a slot that has nothing else.</summary>
    private SlotEntry? SlotFor_NeedsLock(WorkItem item)
    {
        foreach (SlotGroup group in _roomy)
        {
            if ((item.RunsAlone ? group.Idle : group.Free) is { } free && group.Labels.Satisfies(item.Requires))
                return free;
        }
        if (item is not { ChunkSize: not 1, RunsAlone: false })
            return null;
        foreach (SlotGroup group in _roomy)
        {
            if (group.Ahead is { } ahead && group.Labels.Satisfies(item.Requires))
                return ahead;
        }
        return null;
    }

    /// <summary>Keeps a slot from other tasks, until it has none, for the first task that waits to run alone.</summary>
    private void Reserve_NeedsLock()
    {
        if (!_queue.HasAlone && _reserved is null)
            return;
        SlotEntry? kept = SlotToKeep_NeedsLock();
        if (kept == _reserved)
            return;
        SlotEntry? before = _reserved;
        _reserved = kept;
        if (before is not null)
        {
            before.IsReserved = false;
            Relist_NeedsLock(before);
        }
        if (kept is not null)
        {
            kept.IsReserved = true;
            Relist_NeedsLock(kept);
        }
    }

    private SlotEntry? SlotToKeep_NeedsLock()
    {
        foreach (WorkItem first in _queue.Firsts)
        {
            if (first.RunsAlone && SlotFor_NeedsLock(first) is null && SlotToKeepFor_NeedsLock(first) is { } entry)
                return entry;
        }
        return null;
    }

    /// <summary>The slot with the fewest tasks. At most half of the slots have tasks that run alone at once, so that the others go
    /// on.</summary>
    private SlotEntry? SlotToKeepFor_NeedsLock(WorkItem alone)
    {
        if (_reserved is { IsOpen: true, IsWornOut: false } known && known.Labels.Satisfies(alone.Requires))
            return known;
        SlotEntry[] usable =
            [.. _entries.Values.Where(entry => entry is { IsOpen: true, IsWornOut: false } && entry.Labels.Satisfies(alone.Requires))];
        return usable.Count(static entry => entry.IsIsolated) >= Math.Max(1, usable.Length / 2)
            ? null
            : usable.Where(static entry => !entry.IsIsolated).MinBy(static entry => entry.Items.Count);
    }

    private void Enqueue_NeedsLock(WorkItem item)
    {
        item.State = WorkItemState.Queued;
        _queue.Enqueue(item);
        if (item.IsHeard)
            Events.Note(new TaskQueued(FactsOf(item)));
        TellDemand_NeedsLock();
    }

    /// <summary>Lets the task that has waited longest for room into the queue.</summary>
    private void Admit_NeedsLock()
    {
        if (_waiting.First is not { } next || _queue.Count >= Options.QueueCapacity)
            return;
        Unwait_NeedsLock(next);
        Enqueue_NeedsLock(next);
    }

    private void Wait_NeedsLock(WorkItem item)
    {
        item.State = WorkItemState.Waiting;
        _waiting.Add(item);
        if (item.IsHeard)
            Events.Note(new TaskWaiting(FactsOf(item)));
        _waitingFor[item.Requires] = _waitingFor.GetValueOrDefault(item.Requires) + 1;
    }

    private void Unwait_NeedsLock(WorkItem item)
    {
        _waiting.Remove(item);
        if (--_waitingFor[item.Requires] == 0)
            _waitingFor.Remove(item.Requires);
    }

    private Assignment Assign_NeedsLock(WorkItem item, SlotEntry entry)
    {
        AssertLocked();
        Debug.Assert(entry.IsOpen, "Only an open slot gets a task.");
        item.State = WorkItemState.Assigned;
        item.Entry = entry;
        item.AssignedAt = Options.TimeProvider.GetTimestamp();
        if (entry == _reserved)
            (_reserved, entry.IsReserved) = (null, false);
        entry.Items.Add(item);
        entry.Assigned++;
        _running++;
        Relist_NeedsLock(entry);
        if (entry.Slot.KeepsNotes && HasClock(item))
            SetTimer_NeedsLock(item, LookPeriodOf(item));
        if (item.IsHeard)
            Events.Note(new TaskAssigned(FactsOf(item), entry.Slot.Facts.WorkerId, entry.Slot.Facts.ProcessId));
        return new Assignment(item, item.Attempt, HasToReportStart(item));
    }

    private void Leave_NeedsLock(WorkItem item)
    {
        SlotEntry entry = item.Entry!;
        Take_NeedsLock(item);
        Relist_NeedsLock(entry);
    }

    /// <summary>Takes a task from its slot, which the caller has to put on the list where it belongs then.</summary>
    private void Take_NeedsLock(WorkItem item)
    {
        item.Entry!.Items.Remove(item);
        item.Entry = null;
        (item.IsForced, item.IsOverdue) = (false, false);
        _running--;
    }

    private void Relist_NeedsLock(SlotEntry entry)
    {
        SlotGroup group = entry.Group;
        SlotRoom before = group.Room;
        group.Relist(entry);
        if (group.Room != before)
            HasChanged_NeedsLock(group, before);
        int ahead = Math.Max(0, entry.Items.Count - entry.Slot.Concurrency);
        _ahead += ahead - entry.Ahead;
        entry.Ahead = ahead;
    }

    /// <summary>A group has room where it had none, or none where it had some.</summary>
    private void HasChanged_NeedsLock(SlotGroup group, SlotRoom before)
    {
        if (before == SlotRoom.None)
            _roomy.Insert(~_roomy.BinarySearch(group, SlotGroup.Order), group);
        else if (group.Room == SlotRoom.None)
            _roomy.RemoveAt(_roomy.BinarySearch(group, SlotGroup.Order));
        if ((group.Room & ~before) == SlotRoom.None)
            return;
        foreach (WorkItem first in _queue.Firsts)
            first.IsStuck = first.IsStuck && !group.Labels.Satisfies(first.Requires);
    }

    private void Close_NeedsLock(SlotEntry entry)
    {
        entry.IsOpen = false;
        Relist_NeedsLock(entry);
    }

    private void Remove_NeedsLock(SlotEntry entry)
    {
        Close_NeedsLock(entry);
        _entries.Remove(entry.Slot);
        if (--entry.Group.Slots == 0)
            _groups.Remove(entry.Labels);
        if (entry == _reserved)
            _reserved = null;
    }

    private void TellDemand_NeedsLock()
    {
        AssertLocked();
        int demand = _queue.Count + _waiting.Count + _ahead;
        if (demand == _demand)
            return;
        _demand = demand;
        _source.Demand(demand);
    }
}
