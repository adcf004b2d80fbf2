using System.Diagnostics;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>A map over ten million items: the growth of the resident size of either side from the first million to the end.</summary>
internal static class LongMap
{
    private const int Items = 10_000_000;

    public static async Task<Dictionary<string, double>> MeasureAsync()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = 2, MaxWorkers = 2 });
        (long Caller, long Workers) early = default;
        int taken = 0;
        var clock = Stopwatch.StartNew();
        await foreach (int _ in pool.MapAsync(PayloadTasks.Same, Enumerable.Range(0, Items)))
        {
            if (++taken == Items / 10)
                early = Resident(pool);
        }
        (long caller, long workers) = Resident(pool);
        return new()
        {
            ["perSecond"] = taken / clock.Elapsed.TotalSeconds,
            ["callerMiB"] = caller / (1024.0 * 1024),
            ["grownMiB"] = Math.Max(caller - early.Caller, workers - early.Workers) / (1024.0 * 1024),
        };
    }

    private static (long Caller, long Workers) Resident(ProcessPoolExecutor pool) =>
        (Environment.WorkingSet, pool.GetSnapshot().Workers.Sum(worker => worker.ResidentBytes ?? 0));
}
