using System.Numerics;

namespace Offloop.Scheduling;

/// <summary>The slots with the same labels that have room, by how busy they are. Not thread-safe; the scheduler's lock guards it.</summary>
internal sealed class SlotGroup(LabelSet labels)
{
    private const int Buckets = 64;

    private readonly IntrusiveList<SlotEntry>?[] _free = new IntrusiveList<SlotEntry>?[Buckets];
    private readonly IntrusiveList<SlotEntry> _ahead = new();
    private ulong _used; // bit n: _free[n] has a slot

    public LabelSet Labels { get; } = labels;

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
            if (before.Count == 0 && Array.IndexOf(_free, before) is >= 0 and var emptied)
                _used &= ~(1UL << emptied);
        }
        list?.Add(entry);
        if (list is not null && list != _ahead)
            _used |= 1UL << bucket;
        entry.List = list;
    }
}
