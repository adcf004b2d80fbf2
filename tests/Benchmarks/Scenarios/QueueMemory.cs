using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The size of a queued task on the caller's heap, including its task object. The tasks wait behind one that sleeps, and are
/// counted after a full collection.</summary>
internal static class QueueMemory
{
    public static async Task<Dictionary<string, double>> MeasureAsync(TimeSpan time)
    {
        int count = Scenario.IsShort(time) ? 200_000 : 1_000_000;
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = 1, MaxWorkers = 1 });
        await pool.SubmitAsync(PayloadTasks.Same, 1);
        var tasks = new Task[count];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Task sleeping = pool.SubmitAsync(Timing.SleepFor, 60_000);
        for (int i = 0; i < count; i++)
            tasks[i] = pool.SubmitAsync(PayloadTasks.Same, i);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        await pool.ShutdownAsync(ShutdownMode.Kill);
        await Task.WhenAll([sleeping, .. tasks]).ContinueWith(_ => { }, TaskScheduler.Default);
        return new() { ["bytesPerTask"] = (after - before) / (double)count, ["tasks"] = count };
    }
}
