using System.Diagnostics;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>64 blocking calls at a time, sleeps and fetches of 50 ms: in 4 processes with 16 threads each, in 64 processes, and on 64
/// threads. The three take turns, and the best turn of each counts. The memory is that of the workers alone.</summary>
internal static class ThreadedWorkers
{
    private const int AtOnce = 64;
    private const int Calls = 1280;
    private const int Milliseconds = 50;
    private const double Ideal = (double)Calls / AtOnce * Milliseconds;

    public static async Task<Dictionary<string, double>> MeasureAsync(TimeSpan time)
    {
        int passes = Scenario.IsShort(time) ? 2 : 8;
        await using SlowServer server = await SlowServer.StartAsync(Milliseconds);
        await using ProcessPoolExecutor shared = Processes(4, threads: 16);
        await using ProcessPoolExecutor alone = Processes(AtOnce, threads: 1);
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = AtOnce });
        await ReadyAsync(shared, 4);
        await ReadyAsync(alone, AtOnce);
        Executor[] all = [shared, alone, threads];
        double[] sleeps = [.. Enumerable.Repeat(double.MaxValue, all.Length)];
        double[] fetches = [.. sleeps];
        for (int pass = 0; pass < passes; pass++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                sleeps[i] = Math.Min(sleeps[i], await TakeAsync(() => all[i].SubmitAsync(Timing.SleepFor, Milliseconds)));
                fetches[i] = Math.Min(fetches[i], await TakeAsync(() => all[i].SubmitAsync(Fetching.Get, server.Url.AbsoluteUri)));
            }
        }
        return new()
        {
            ["sleepShare"] = Ideal / sleeps[0],
            ["sleepShareProcesses"] = Ideal / sleeps[1],
            ["sleepShareThreads"] = Ideal / sleeps[2],
            ["fetchesOfThreads"] = fetches[2] / fetches[0],
            ["fetchesOfProcesses"] = fetches[1] / fetches[0],
            ["memoryOfProcesses"] = Resident(shared) / Resident(alone),
            ["megabytes"] = Resident(shared) / (1 << 20),
        };
    }

    private static ProcessPoolExecutor Processes(int workers, int threads) => new(new ProcessPoolOptions
    {
        MinWorkers = workers,
        MaxWorkers = workers,
        ThreadsPerWorker = threads,
        StartTimeout = TimeSpan.FromSeconds(60), // they all start at once, on few processors
    });

    private static async Task ReadyAsync(ProcessPoolExecutor pool, int workers)
    {
        while (pool.GetSnapshot().Workers.Count(static worker => worker.State == WorkerState.Idle) < workers)
            await Task.Delay(50);
    }

    private static async Task<double> TakeAsync(Func<Task> call)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => call()));
        return clock.Elapsed.TotalMilliseconds;
    }

    private static double Resident(ProcessPoolExecutor pool) =>
        pool.GetSnapshot().Workers.Sum(static worker => ResidentPeak.Now(worker.ProcessId!.Value));
}
