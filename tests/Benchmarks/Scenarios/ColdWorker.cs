using System.Diagnostics;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>From nothing to the first result of a new pool of one worker, in a process that has started one before: what is left is the worker's own
/// start. The task is a method of the framework, so that the round also runs beside the published CLI, which has no sample tasks.</summary>
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

    private static async Task<(double Milliseconds, long ResidentBytes)> StartAsync(Dictionary<string, string?> environment, TimeSpan idle = default)
    {
        var clock = Stopwatch.StartNew();
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = 1, MaxWorkers = 1, Environment = environment });
        await pool.SubmitAsync(Math.Abs, 1);
        double milliseconds = clock.Elapsed.TotalMilliseconds;
        await Task.Delay(idle);
        return (milliseconds, pool.GetSnapshot().Workers[0].ResidentBytes ?? 0);
    }

    /// <summary>How many methods the worker compiles until it has given its first result, by the runtime's own list.</summary>
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
