using Offloop.Benchmarks.Running;
using Offloop.Benchmarks.Scenarios;
using static Offloop.Benchmarks.Report.Target;

namespace Offloop.Benchmarks.Report;

/// <summary>Targets 9 to 11: the event loop under load.</summary>
internal static class LoopTargets
{
    private const double LargestP99 = 4;
    private const double LargestMax = 15;

    public static IEnumerable<Target> Of(Results results)
    {
        yield return AtLeast(9, "ticks of the run under full fetch load", results.Median(Named.FetchProcess, "ticks"), 500, "");
        yield return AtMost(9, "tick lag under full fetch load, max", results.Median(Named.FetchProcess, "lagMax"), LargestMax, " ms");
        yield return AtMost(9, "tick lag under full fetch load, p99, of asyncio's with a ProcessPoolExecutor",
            results.Ratio((Named.FetchProcess, "lagP99"), (Named.AsyncioProcess, "lagP99")), 1.5);
        foreach ((string words, string what, double least, double leastOfThreads) in ((string, string, double, double)[])
            [("from the third second", "perSecond", 1, 0.95), ("from the start", "perSecondAll", 0.9, 0.9)])
        {
            yield return AtLeast(9, $"fetches per second {words}, of asyncio's with a ProcessPoolExecutor",
                Fetches(Named.AsyncioProcess, what), least);
            yield return AtLeast(9, $"fetches per second {words}, of the thread executor's",
                Fetches(Named.FetchThread, what), leastOfThreads);
        }
        double? priority = results.Ratio((Named.SpinLow, "lagP99"), (Named.SpinProcess, "lagP99"));
        const string lowPriority = "all processors busy: lag p99 with workers below normal priority, of the same with normal";
        yield return AtMost(9, lowPriority, priority, 1).AsStretch();
        double? busy = results.Ratio((Named.SpinProcess, "lagP99"), (Named.SpinAsyncio, "lagP99"));
        yield return AtMost(9, "all processors busy: lag p99, of asyncio's with a ProcessPoolExecutor", busy, 1).AsStretch();

        double? throughput = results.Ratio((Named.ThroughputProcess, "perSecond"), (Named.ThroughputThread, "perSecond"));
        yield return AtLeast(10, "fetches per second, of the thread executor's, 8 at a time", throughput, 0.95);

        yield return AtMost(11, "garbage: lag p99 with processes", results.Median(Named.GarbageProcess, "lagP99"), LargestP99, " ms");
        yield return AtMost(11, "garbage: lag max with processes", results.Median(Named.GarbageProcess, "lagMax"), LargestMax, " ms");
        double? threads = results.Ratio((Named.GarbageThread, "lagP99"), (Named.GarbageProcess, "lagP99"));
        yield return AtLeast(11, "garbage: lag p99 with threads, of that with processes", threads, 1);

        double? Fetches(string peer, string what) => results.Ratio((Named.FetchProcess, what), (peer, what));
    }
}
