using System.Diagnostics;
using System.Numerics;

namespace Offloop.Coordinator.Statistics;

/// <summary>Counts times in buckets whose width grows with the time. A percentile is off by less than 1 % (or a microsecond), and a long
/// run takes no more memory than a short one.</summary>
internal sealed class Histogram
{
    /// <summary>Each power of two is divided into this many buckets, and below it every microsecond has its own.</summary>
    private const int Divisions = 128;

    private static readonly int s_divisionBits = BitOperations.Log2(Divisions);
    private readonly long[] _counts = new long[Divisions * (64 - BitOperations.Log2(Divisions))];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan time)
    {
        Debug.Assert(time >= TimeSpan.Zero, "Nothing ends before it starts.");
        _counts[BucketOf((ulong)time.Ticks / TimeSpan.TicksPerMicrosecond)]++;
        Count++;
        Max = time > Max ? time : Max;
    }

    /// <summary>The time that <paramref name="percent"/> % of all times do not exceed (nearest rank), or null if there are none.</summary>
    public TimeSpan? Percentile(double percent)
    {
        if (Count == 0)
            return null;
        long rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        int bucket = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[bucket])
            bucket++;
        var top = TimeSpan.FromMicroseconds((long)HighestOf(bucket));
        return top < Max ? top : Max;
    }

    private static int BucketOf(ulong microseconds)
    {
        int shift = Math.Max(0, BitOperations.Log2(microseconds) - s_divisionBits);
        return shift * Divisions + (int)(microseconds >> shift);
    }

    private static ulong HighestOf(int bucket)
    {
        int shift = Math.Max(0, bucket / Divisions - 1);
        return (((ulong)(bucket - shift * Divisions) + 1) << shift) - 1;
    }
}
