using System.Diagnostics;
using System.Globalization;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The time per task, from the first submit to the last result, as more and more tasks are submitted at once to two
/// workers.</summary>
internal static class QueueLength
{
    public static async Task<Dictionary<string, double>> MeasureAsync(TimeSpan time)
    {
        int[] counts = Scenario.IsShort(time) ? [10, 1000, 100_000] : [10, 1000, 100_000, 1_000_000];
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = 2, MaxWorkers = 2 });
        await RateAsync(pool, 5000, TimeSpan.FromSeconds(1));
        var values = new Dictionary<string, double>();
        foreach (int count in counts)
            values[$"us{count.ToString(CultureInfo.InvariantCulture)}"] = await RateAsync(pool, count, time);
        values["growth"] = values.Values.Last() / values["us1000"];
        return values;
    }

    private static async Task<double> RateAsync(ProcessPoolExecutor pool, int count, TimeSpan time)
    {
        var tasks = new Task[count];
        long done = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            for (int i = 0; i < count; i++)
                tasks[i] = pool.SubmitAsync(PayloadTasks.Same, i);
            await Task.WhenAll(tasks);
            done += count;
        }
        while (clock.Elapsed < time);
        return clock.Elapsed.TotalMicroseconds / done;
    }
}
