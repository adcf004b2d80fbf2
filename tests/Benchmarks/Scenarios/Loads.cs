using System.Diagnostics;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>Blocking tasks that are hard on the machine.</summary>
internal static class Loads
{
    private const int Bytes = 100_000_000;
    private static readonly object?[] s_alive = new object?[100_000];

    /// <summary>Keeps a processor busy.</summary>
    public static int Spin(int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
        return milliseconds;
    }

    /// <summary>Allocates 100 MB a second in small objects, of which the youngest 100,000 are alive at any time: each collection has something to
    /// mark and to move.</summary>
    public static int Allocate(int milliseconds)
    {
        const int Piece = 100;
        const int Batch = 1000;
        long start = Stopwatch.GetTimestamp();
        int slot = 0;
        for (double allocated = 0; allocated < Bytes / 1000.0 * milliseconds; allocated += Piece * Batch)
        {
            for (int i = 0; i < Batch; i++)
                s_alive[slot++ % s_alive.Length] = new byte[Piece - 24];
            double early = allocated / Bytes * 1000 - Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (early > 1)
                Thread.Sleep((int)early);
        }
        return milliseconds;
    }
}
