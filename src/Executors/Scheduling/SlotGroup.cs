using System.Numerics;

namespace Offloop.Scheduling;

/// <summary>The slots with the same labels that have room, by how busy they are. Not thread-safe; the scheduler's lock guards it.</summary>
/// <param name="labels">The labels of its slots.</param>
/// <param name="number">One more for each group.</param>
internal sealed class SlotGroup(LabelSet labels, long number)
{
    private const int Buckets = 64;

    private readonly IntrusiveList<SlotEntry>?[] _free = new IntrusiveList<SlotEntry>?[Buckets];
    private readonly IntrusiveList<SlotEntry> _ahead = new();
    private readonly long _number = number;
    private ulong _used; // bit n: _free[n] has a slot

    /// <summary>Those with the fewest labels first, and of those the oldest.</summary>
    public static Comparer<SlotGroup> Order { get; } = Comparer<SlotGroup>.Create(static (left, right) =>
        left.Labels.Count != right.Labels.Count ? left.Labels.Count.CompareTo(right.Labels.Count) : left._number.CompareTo(right._number));

    public LabelSet Labels { get; } = labels;

    /// <summary>How many slots it has, those without room included.</summary>
    public int Slots { get; set; }

    /// <summary>For which tasks it has room.</summary>
    public SlotRoom Room =>
        (_ahead.First is null ? SlotRoom.None : SlotRoom.Ahead)
        | (_used == 0 ? SlotRoom.None : SlotRoom.Free)
        | ((_used & 1) == 0 ? SlotRoom.None : SlotRoom.Idle);

    /// <summary>A slot where a task runs at once: the one with the fewest tasks, so that a death costs few; of those, the one that was busy
    /// last, so that the others may shrink away. Null if every place is taken.</summary>
    public SlotEntry? Free => _used == 0 ? null : _free[BitOperations.TrailingZeroCount(_used)]!.Last;

    /// <summary>A slot without a task.</summary>
    public SlotEntry? Idle => (_used & 1) == 0 ? null : _free[0]!.Last;

    /// <summary>A slot where a task can wait behind others.</summary>
    public SlotEntry? Ahead => _ahead.Last;

    /// <summary>Puts a slot on the list where it belongs now.</summary>
    public void Relist(SlotEntry entry)
    {
        int bucket = Math.Min(entry.Items.Count, Buckets - 1);
        IntrusiveList<SlotEntry>? list =
            !entry.IsOpen || entry.Room <= 0 || entry.IsIsolated || entry is { IsReserved: true, Items.Count: > 0 } ? null
            : entry.HasFreePlace ? _free[bucket] ??= new IntrusiveList<SlotEntry>()
            : _ahead;
        if (entry.List == list)
            return;
        if (entry.List is { } before)
        {
            before.Remove(entry);
            if (before.Count == 0 && before != _ahead)
                _used &= ~(1UL << entry.Bucket);
        }
        list?.Add(entry);
        if (list is not null && list != _ahead)
            _used |= 1UL << bucket;
        (entry.List, entry.Bucket) = (list, bucket);
    }
}

/// <summary>The kinds of room that a group of slots may have.</summary>
[Flags]
internal enum SlotRoom
{
    None = 0,

    /// <summary>A task can wait behind others.</summary>
    Ahead = 1,

    /// <summary>A task can run at once.</summary>
    Free = 2,

    /// <summary>A slot has no task.</summary>
    Idle = 4,
}
