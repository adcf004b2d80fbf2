using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Offloop.Scheduling;

/// <summary>What tasks ask of a slot: those with the same line up together.</summary>
/// <param name="Requires">The labels that the slot must have.</param>
/// <param name="Alone">Whether it must have no other task.</param>
internal readonly record struct LaneKey(LabelSet Requires, bool Alone)
{
    /// <summary>Any slot will do.</summary>
    public static LaneKey Anywhere { get; } = new(LabelSet.Empty, Alone: false);
}

/// <summary>The tasks that wait: one <see cref="Lanes"/> for the tasks that run anywhere, one for each other thing that tasks ask of a
/// slot, so that a task which waits for a label, or for an empty slot, holds up no other. Not thread-safe; the scheduler's lock guards
/// it.</summary>
internal sealed class WorkQueue
{
    private static readonly Comparer<WorkItem> s_goesNext = Comparer<WorkItem>.Create(static (left, right) =>
        left.Options.Priority != right.Options.Priority
            ? right.Options.Priority.CompareTo(left.Options.Priority)
            : left.Id.CompareTo(right.Id));

    private readonly Lanes _anywhere = new();
    private readonly Dictionary<LaneKey, Lanes> _special = [];
    private readonly List<WorkItem> _firsts = [];
    private int _alone;

    public int Count { get; private set; }

    /// <summary>Whether a task waits that does not run anywhere.</summary>
    public bool HasSpecial => _special.Count > 0;

    /// <summary>Whether a task waits to run alone.</summary>
    public bool HasAlone => _alone > 0;

    /// <summary>The task that goes next of those that ask for the same.</summary>
    public WorkItem? FirstOf(LaneKey key) => LanesOf(key)?.First;

    /// <summary>The first task of each kind, the one that should go next first. They are kept in order, because there may be hundreds of
    /// kinds and they are gone through for each task that ends.</summary>
    public ReadOnlySpan<WorkItem> Firsts => CollectionsMarshal.AsSpan(_firsts);

    public void Enqueue(WorkItem item)
    {
        Lanes lanes = MakeLanesOf(item.Lane);
        WorkItem? before = lanes.First;
        lanes.Enqueue(item);
        HasChanged(before, lanes.First);
        Count++;
    }

    /// <summary>Puts a task that had left the queue back into its place, which its number tells.</summary>
    public void Restore(WorkItem item)
    {
        Lanes lanes = MakeLanesOf(item.Lane);
        WorkItem? before = lanes.First;
        lanes.Restore(item);
        HasChanged(before, lanes.First);
        Count++;
    }

    public void Remove(WorkItem item)
    {
        Lanes lanes = LanesOf(item.Lane)!;
        WorkItem? before = lanes.First;
        lanes.Remove(item);
        HasChanged(before, lanes.First);
        Count--;
        if (lanes.First is null && lanes != _anywhere)
        {
            _special.Remove(item.Lane);
            _alone -= item.RunsAlone ? 1 : 0;
        }
    }

    public WorkItem? TryDequeue()
    {
        if (_firsts is not [var first, ..])
            return null;
        Remove(first);
        return first;
    }

    /// <summary>All that wait, for the invariants.</summary>
    public IEnumerable<WorkItem> Items() => _special.Values.Append(_anywhere).SelectMany(static lanes => lanes.Items());

    private Lanes? LanesOf(LaneKey key) =>
        key is { Requires.Count: 0, Alone: false } ? _anywhere : _special.GetValueOrDefault(key);

    private Lanes MakeLanesOf(LaneKey key)
    {
        if (LanesOf(key) is not { } lanes)
        {
            _special.Add(key, lanes = new Lanes());
            _alone += key.Alone ? 1 : 0;
        }
        return lanes;
    }

    /// <summary>The first task of a kind is another one now.</summary>
    private void HasChanged(WorkItem? before, WorkItem? first)
    {
        if (before == first)
            return;
        if (before is not null)
            _firsts.RemoveAt(_firsts.BinarySearch(before, s_goesNext));
        if (first is null)
            return;
        first.IsStuck = false;
        _firsts.Insert(~_firsts.BinarySearch(first, s_goesNext), first);
    }

    /// <summary>Tasks in order: the highest priority first, first in first out within a priority.</summary>
    private sealed class Lanes
    {
        private readonly SortedDictionary<int, Lane> _lanes = new(Comparer<int>.Create(static (left, right) => right.CompareTo(left)));

        private Lane? _first;

        /// <summary>The task that goes next.</summary>
        public WorkItem? First => _first?.First;

        public void Enqueue(WorkItem item) => LaneOf(item.Options.Priority).Enqueue(item);

        public void Restore(WorkItem item) => LaneOf(item.Options.Priority).Restore(item);

        public void Remove(WorkItem item)
        {
            Lane lane = _lanes[item.Options.Priority];
            lane.Remove(item);
            if (lane.First is not null)
                return;
            _lanes.Remove(item.Options.Priority);
            _first = FirstLane();
            Debug.Assert((_lanes.Count == 0) == (_first is null), "There is a first lane exactly while there are lanes.");
        }

        public IEnumerable<WorkItem> Items() => _lanes.Values.SelectMany(static lane => lane.Items());

        private Lane LaneOf(int priority)
        {
            if (!_lanes.TryGetValue(priority, out Lane? lane))
            {
                _lanes.Add(priority, lane = new Lane());
                _first = FirstLane();
            }
            return lane;
        }

        private Lane? FirstLane()
        {
            foreach (Lane lane in _lanes.Values)
                return lane;
            return null;
        }
    }

    /// <summary>Tasks in the order of their numbers. The tasks are the links themselves, so a cancelled one leaves at once and a million
    /// cost nothing more. Those that have come back are apart: when many slots are lost, tens of thousands come back in any
    /// order.</summary>
    private sealed class Lane
    {
        private readonly IntrusiveList<WorkItem> _tasks = new();
        private SortedSet<WorkItem>? _returned;

        public WorkItem? First => _returned?.Min is not { } returned ? _tasks.First
            : _tasks.First is { } first && first.Id < returned.Id ? first
            : returned;

        /// <summary>From the end: as a rule a task is the youngest, but one may have been let in late.</summary>
        public void Enqueue(WorkItem item)
        {
            WorkItem? before = _tasks.Last;
            while (before is not null && before.Id > item.Id)
                before = before.Previous;
            _tasks.InsertAfter(item, before);
        }

        public void Restore(WorkItem item) => (_returned ??= new SortedSet<WorkItem>(s_goesNext)).Add(item);

        public void Remove(WorkItem item)
        {
            if (_returned?.Remove(item) != true)
                _tasks.Remove(item);
        }

        public IEnumerable<WorkItem> Items() => _tasks.Nodes().Concat(_returned ?? []);
    }
}
