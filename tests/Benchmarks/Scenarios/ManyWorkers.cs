using System.Diagnostics;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>Tasks that sleep for 50 ms, on more workers than there are processors. Measures the throughput as a share of the ideal one, in
/// which only the sleep takes time.</summary>
internal static class ManyWorkers
{
    private const int Milliseconds = 50;
    private const int Each = 20;
    private const int Passes = 10;

    public static async Task<Dictionary<string, double>> MeasureAsync(TimeSpan time)
    {
        var values = new Dictionary<string, double>();
        foreach (int workers in Scenario.IsShort(time) ? (int[])[16] : [1, 16, 64])
            values[$"share{workers}"] = await ShareAsync(workers);
        values["share"] = values.Values.Last();
        return values;
    }

    private static async Task<double> ShareAsync(int workers)
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MinWorkers = workers,
            MaxWorkers = workers,
            StartTimeout = TimeSpan.FromSeconds(30), // they all start at once, on few processors
        });
        while (pool.GetSnapshot().Workers.Count(worker => worker.State == WorkerState.Idle) < workers)
            await Task.Delay(50);
        // Many processes compile their hot code at the same time, on few processors. The best of several passes comes after that.
        double best = double.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
            best = Math.Min(best, await SleepAsync(pool, workers * Each));
        return Each * Milliseconds / best;
    }

    private static async Task<double> SleepAsync(ProcessPoolExecutor pool, int count)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => pool.SubmitAsync(Timing.SleepFor, Milliseconds)));
        return clock.Elapsed.TotalMilliseconds;
    }
}
