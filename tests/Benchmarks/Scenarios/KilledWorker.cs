using System.Diagnostics;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The cost of a killed task to the next one, if there is a spare worker.</summary>
internal static class KilledWorker
{
    // As a rule a spare has been there for a while, and has rehearsed a task.
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(500);

    public static async Task<Dictionary<string, double>> MeasureAsync(TimeSpan time)
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MinWorkers = 1,
            MaxWorkers = 1,
            SpareWorkers = 1,
            CancellationGrace = TimeSpan.Zero,
        });
        List<double> costs = [];
        var clock = Stopwatch.StartNew();
        while (costs.Count < 5 || clock.Elapsed < 4 * time)
        {
            await UntilSpareAsync(pool);
            double usual = await NextAsync(pool);
            Task killed = pool.SubmitAsync(Timing.Spin, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(20) });
            await killed.ContinueWith(_ => { }, TaskScheduler.Default);
            costs.Add(await NextAsync(pool) - usual);
        }
        costs.Sort();
        return new() { ["costMs"] = costs[costs.Count / 2], ["costMaxMs"] = costs[^1] };
    }

    private static async Task<double> NextAsync(ProcessPoolExecutor pool)
    {
        long start = Stopwatch.GetTimestamp();
        await pool.SubmitAsync(PayloadTasks.Same, 1);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task UntilSpareAsync(ProcessPoolExecutor pool)
    {
        while (pool.GetSnapshot().Workers.Count(worker => worker.State is WorkerState.Idle or WorkerState.Spare) < 2)
            await Task.Delay(20);
        await Task.Delay(s_rest);
    }
}
