using System.Diagnostics;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>Blocking tasks that put a load on the machine.</summary>
internal static class Loads
{
    private const int BytesPerMillisecond = 100_000;
    private const int NodeBytes = 32;
    private const int ChainNodes = 100;

    /// <summary>The objects that are alive: the chains of the last second.</summary>
    private static readonly Node?[] s_alive = new Node?[BytesPerMillisecond * 1000 / (NodeBytes * ChainNodes)];
    private static int s_next;

    /// <summary>Keeps a processor busy.</summary>
    public static int Spin(int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
        return milliseconds;
    }

    /// <summary>Allocates 100 MB a second in chains of small objects. 100 MB of them are always alive, so each collection has objects to
    /// mark and to move.</summary>
    public static int Allocate(int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        for (double done = 0; done < milliseconds; done += (double)NodeBytes * ChainNodes / BytesPerMillisecond)
        {
            Node? chain = null;
            for (int i = 0; i < ChainNodes; i++)
                chain = new Node(chain, i);
            s_alive[(uint)Interlocked.Increment(ref s_next) % s_alive.Length] = chain;
            if (done - Stopwatch.GetElapsedTime(start).TotalMilliseconds > 1)
                Thread.Sleep(1);
        }
        return milliseconds;
    }

    private sealed record Node(Node? Next, long Number);
}
