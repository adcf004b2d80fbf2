using System.Diagnostics;
using System.Security.Cryptography;

namespace Offloop.Coordinator.Fetching;

/// <summary>The blocking calls of a run.</summary>
internal static class Workload
{
    /// <summary>Of the calls that crash or hang, this one does.</summary>
    private const int Bad = 10;

    private const int LeakedAtATime = 4 << 20;
    private const int MostLeaked = 1 << 30; // enough to be seen, and not enough to bring a machine down
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);
    private static readonly List<byte[]> s_leaked = [];

    /// <summary>Does what is asked for, and returns when it is done.</summary>
    public static FetchResult Do(FetchRequest request)
    {
        return Enum.TryParse(request.Url, ignoreCase: true, out WorkKind work) ? Do(work, request) : BlockingHttp.Get(request);
    }

    private static FetchResult Do(WorkKind work, FetchRequest request)
    {
        long start = Stopwatch.GetTimestamp();
        bool isBad = request.Number % Bad == 0;
        switch (work)
        {
            case WorkKind.Cpu:
                Compute(start);
                break;
            case WorkKind.Alloc:
                Allocate(start);
                break;
            case WorkKind.Crash when isBad:
                Environment.FailFast("This call ends its process, as --work crash asks for.");
                break;
            case WorkKind.Hang when isBad:
                Thread.Sleep(Timeout.Infinite);
                break;
            case WorkKind.Leak:
                Leak();
                Thread.Sleep(s_short);
                break;
            default:
                Thread.Sleep(s_short);
                break;
        }
        return new FetchResult(request.Url, Status: null, Bytes: 0, Stopwatch.GetElapsedTime(start), Environment.ProcessId);
    }

    private static void Compute(long start)
    {
        byte[] digest = new byte[SHA256.HashSizeInBytes];
        while (Stopwatch.GetElapsedTime(start) < s_long)
            SHA256.HashData(digest, digest);
    }

    /// <summary>Small objects that live for a while are what a garbage collector has most to do with.</summary>
    private static void Allocate(long start)
    {
        var living = new Queue<byte[]>();
        while (Stopwatch.GetElapsedTime(start) < s_long)
        {
            living.Enqueue(new byte[100]);
            if (living.Count > 200_000)
                living.Dequeue();
        }
    }

    private static void Leak()
    {
        lock (s_leaked)
        {
            if ((long)s_leaked.Count * LeakedAtATime >= MostLeaked)
                return;
            byte[] kept = new byte[LeakedAtATime];
            Array.Fill(kept, (byte)1); // memory that is not written to costs nothing
            s_leaked.Add(kept);
        }
    }
}
