using System.ComponentModel;
using System.Diagnostics;
using Offloop.Benchmarks.Running;
using SampleTasks;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>What a line costs in <c>coordinator map</c>, beside an item of <c>MapAsync</c> and beside the programs that people use for it,
/// each with two workers. What a program costs once is taken off by a short run beside the long one; the peers start a process for each
/// line, which does nothing.</summary>
internal static class MapLines
{
    private const int Short = 20_000;
    private const int Long = 420_000;
    private const int Processes = 250;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task<Dictionary<string, double>> MeasureAsync()
    {
        string folder = Directory.CreateTempSubdirectory("offloop-lines-").FullName;
        try
        {
            double once = await MapAsync(folder, Short);
            double lines = (Long - Short) / (await MapAsync(folder, Long) - once);
            double items = await MapItemsAsync();
            var values = new Dictionary<string, double> { ["linesPerSecond"] = lines, ["itemsPerSecond"] = items };
            await AddPeerAsync(values, "xargsMsPerLine", "xargs", "-P", "2", "-n", "1", "true");
            await AddPeerAsync(values, "parallelMsPerLine", "parallel", "-j", "2", "true");
            return values;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> MapAsync(string folder, int lines)
    {
        string input = Path.Combine(folder, $"{lines}.txt");
        await File.WriteAllLinesAsync(input, Numbers(lines));
        string task = $"{typeof(Echo).Assembly.Location}:SampleTasks.Echo.Line";
        var clock = Stopwatch.StartNew();
        string output = Path.Combine(folder, $"{lines}.jsonl");
        await BoundedProcess.RunAsync(
            Cli.Start("map", task, "--input", input, "--output", output, "--workers", "2", "--no-progress"), s_limit);
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> MapItemsAsync()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = 2, MaxWorkers = 2 });
        var clock = new Stopwatch();
        int taken = 0;
        await foreach (string _ in pool.MapAsync(Echo.Line, Numbers(Long), new MapOptions { Ordered = false }))
        {
            if (++taken == Short)
                clock.Start();
        }
        return (Long - Short) / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Peers are optional.</summary>
    private static async Task AddPeerAsync(Dictionary<string, double> values, string name, string program, params string[] arguments)
    {
        try
        {
            double one = await RunPeerAsync(program, arguments, 1);
            values[name] = (await RunPeerAsync(program, arguments, Processes) - one) * 1000 / Processes;
        }
        catch (Win32Exception)
        {
            // It is not installed: the report has no value of it.
        }
    }

    private static async Task<double> RunPeerAsync(string program, string[] arguments, int lines)
    {
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        foreach (string line in Numbers(lines))
            await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return clock.Elapsed.TotalSeconds;
    }

    private static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, count).Select(static number => Round.Text(number));
}
