using System.Numerics;

namespace Offloop.Dashboard.Recording;

/// <summary>Counts the times of the last minute, second by second, so that their percentiles can be told in bounded memory. A percentile
/// is at most a thirty-second away from the time that it stands for: a bucket is as wide as a sixteenth of its power of two, and its middle
/// is told. Times are counted in microseconds; those above twelve days count as twelve days. Not thread-safe.</summary>
internal sealed class TimeCounts
{
    /// <summary>How long a time counts, in seconds.</summary>
    public const int Span = 60;

    private const int Steps = 16; // in a power of two
    private const int Exact = 2 * Steps; // below this each value has its own bucket
    private const int MaxBits = 40;
    private const int Buckets = Exact + ((MaxBits - 5) * Steps);

    private readonly int[]?[] _counts = new int[Span][];
    private readonly long[] _seconds = new long[Span];
    private readonly long[] _sums = new long[Buckets];

    /// <summary>Counts a time.</summary>
    /// <param name="second">The second in which it was measured, of a clock that only goes forward.</param>
    /// <param name="time">The time.</param>
    public void Add(long second, TimeSpan time)
    {
        int place = (int)(second % Span);
        int[] counts = _counts[place] ??= new int[Buckets];
        if (_seconds[place] != second)
        {
            Array.Clear(counts);
            _seconds[place] = second;
        }
        counts[BucketOf((long)time.TotalMicroseconds)]++;
    }

    /// <summary>The percentiles of the last minute; null if there was no time in it.</summary>
    public Percentiles? Read(long second)
    {
        Array.Clear(_sums);
        long total = 0;
        for (int place = 0; place < Span; place++)
        {
            if (_counts[place] is not { } counts || _seconds[place] <= second - Span)
                continue;
            for (int bucket = 0; bucket < Buckets; bucket++)
            {
                _sums[bucket] += counts[bucket];
                total += counts[bucket];
            }
        }
        return total == 0
            ? null
            : new Percentiles { Count = total, P50Ms = At(0.50, total), P95Ms = At(0.95, total), P99Ms = At(0.99, total) };
    }

    /// <summary>The time, in milliseconds, that a share of all times does not exceed.</summary>
    private double At(double share, long total)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * total));
        int bucket = 0;
        for (long seen = _sums[0]; seen < rank; seen += _sums[bucket])
            bucket++;
        return Math.Round(MiddleOf(bucket) / 1000, 3);
    }

    private static int BucketOf(long microseconds)
    {
        long value = Math.Clamp(microseconds, 0, (1L << MaxBits) - 1);
        if (value < Exact)
            return (int)value;
        int shift = BitOperations.Log2((ulong)value) - 4; // leaves 16 to 31
        return Exact + ((shift - 1) * Steps) + (int)((value >> shift) - Steps);
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < Exact)
            return bucket;
        int shift = ((bucket - Exact) / Steps) + 1;
        long least = (long)(((bucket - Exact) % Steps) + Steps) << shift;
        return least + (((1L << shift) - 1) / 2.0);
    }
}

/// <summary>Percentiles of times, in milliseconds.</summary>
internal sealed record Percentiles
{
    /// <summary>How many times they are of.</summary>
    public required long Count { get; init; }

    public required double P50Ms { get; init; }

    public required double P95Ms { get; init; }

    public required double P99Ms { get; init; }
}
