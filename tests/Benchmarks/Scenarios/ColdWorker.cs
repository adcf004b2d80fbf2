using System.Diagnostics;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The time from the creation of a pool of one worker to its first result, in a process that has started a pool before, so that
/// only the start of the worker counts. The task is a method of the framework, so that the round also runs beside the published CLI, which
/// has no sample tasks.</summary>
internal static class ColdWorker
{
    public static async Task<Dictionary<string, double>> MeasureAsync(TimeSpan time)
    {
        await StartAsync([]);
        List<double> starts = [];
        var clock = Stopwatch.StartNew();
        while (starts.Count < 5 || clock.Elapsed < 4 * time)
            starts.Add((await StartAsync([])).Milliseconds);
        starts.Sort();
        return new Dictionary<string, double>
        {
            ["startMs"] = starts[starts.Count / 2],
            ["compiledMethods"] = await CompiledAsync(),
            ["idleMiB"] = (await StartAsync([], TimeSpan.FromSeconds(1))).ResidentBytes / (1024.0 * 1024),
        };
    }

    private static async Task<(double Milliseconds, long ResidentBytes)> StartAsync(
        Dictionary<string, string?> environment, TimeSpan idle = default)
    {
        var clock = Stopwatch.StartNew();
        var options = new ProcessPoolOptions { MinWorkers = 1, MaxWorkers = 1, Environment = environment };
        await using var pool = new ProcessPoolExecutor(options);
        await pool.SubmitAsync(Math.Abs, 1);
        double milliseconds = clock.Elapsed.TotalMilliseconds;
        await Task.Delay(idle);
        return (milliseconds, pool.GetSnapshot().Workers[0].ResidentBytes ?? 0);
    }

    /// <summary>The number of methods that the worker compiles until its first result, according to the runtime.</summary>
    private static async Task<double> CompiledAsync()
    {
        string list = Path.GetTempFileName();
        try
        {
            await StartAsync(new() { ["DOTNET_JitStdOutFile"] = list, ["DOTNET_JitDisasmSummary"] = "1" });
            return File.ReadLines(list).Count();
        }
        finally
        {
            File.Delete(list);
        }
    }
}
