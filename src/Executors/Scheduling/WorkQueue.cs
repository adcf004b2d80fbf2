using System.Diagnostics;

namespace Offloop.Scheduling;

/// <summary>The tasks that wait: the highest priority first, first-in-first-out within one. Not thread-safe; the scheduler's lock
/// guards it. The items themselves are the links, so that a cancelled one leaves at once and a million cost nothing more.</summary>
internal sealed class WorkQueue
{
    private readonly SortedDictionary<int, WorkItemList> _lanes = new(Comparer<int>.Create(static (left, right) => right.CompareTo(left)));
    private WorkItemList? _first;

    public int Count { get; private set; }

    /// <summary>The task that goes next.</summary>
    public WorkItem? First => _first?.First;

    public void Enqueue(WorkItem item)
    {
        WorkItemList lane = LaneFor(item.Options.Priority);
        lane.InsertAfter(item, lane.Last);
        Count++;
    }

    /// <summary>Puts an item that had left the queue back to where its number belongs.</summary>
    public void Restore(WorkItem item)
    {
        WorkItemList lane = LaneFor(item.Options.Priority);
        WorkItem? before = null;
        for (WorkItem? other = lane.First; other is not null && other.Id < item.Id; other = other.Next)
            before = other;
        lane.InsertAfter(item, before);
        Count++;
    }

    public WorkItem? TryDequeue()
    {
        if (_first?.First is not { } item)
            return null;
        Remove(item);
        return item;
    }

    public void Remove(WorkItem item)
    {
        WorkItemList lane = _lanes[item.Options.Priority];
        lane.Remove(item);
        Count--;
        if (lane.First is not null)
            return;
        _lanes.Remove(item.Options.Priority);
        _first = FirstLane();
        Debug.Assert((Count == 0) == (_first is null), "The queue has lanes exactly while it has items.");
    }

    private WorkItemList LaneFor(int priority)
    {
        if (!_lanes.TryGetValue(priority, out WorkItemList? lane))
        {
            _lanes.Add(priority, lane = new WorkItemList());
            _first = FirstLane();
        }
        return lane;
    }

    private WorkItemList? FirstLane()
    {
        foreach (WorkItemList lane in _lanes.Values)
            return lane;
        return null;
    }
}
