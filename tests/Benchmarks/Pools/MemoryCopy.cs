using System.Diagnostics;

namespace Offloop.Benchmarks.Pools;

/// <summary>The floor of every echo: one copy in memory.</summary>
internal static class MemoryCopy
{
    public static Dictionary<string, double> Measure() => new()
    {
        ["echo1"] = Milliseconds(1 << 20),
        ["echo16"] = Milliseconds(16 << 20),
        ["echo100"] = Milliseconds(100_000_000),
    };

    private static double Milliseconds(int length)
    {
        byte[] from = new byte[length];
        byte[] to = new byte[length];
        from.CopyTo(to, 0); // touches the pages
        double[] times = new double[9];
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            from.CopyTo(to, 0);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[times.Length / 2];
    }
}
