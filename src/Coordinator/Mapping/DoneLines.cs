namespace Offloop.Coordinator.Mapping;

/// <summary>Which lines have their result already: one bit for each.</summary>
internal sealed class DoneLines
{
    private ulong[] _bits = [];

    /// <summary>How many have.</summary>
    public long Count { get; private set; }

    public bool Contains(long index) => index / 64 < _bits.Length && (_bits[index / 64] >> (int)(index % 64) & 1) != 0;

    /// <returns>False if it was there before.</returns>
    public bool Add(long index)
    {
        if (Contains(index))
            return false;
        if (index / 64 >= _bits.Length)
            Array.Resize(ref _bits, (int)Math.Max(index / 64 + 1, _bits.Length * 2L));
        _bits[index / 64] |= 1UL << (int)(index % 64);
        Count++;
        return true;
    }
}
