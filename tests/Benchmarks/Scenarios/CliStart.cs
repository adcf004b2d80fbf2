using System.Diagnostics;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The time from the start of the CLI to its first tick, and to the result of its first fetch through a worker process, less the
/// delay of the server. Both are measured where its output is read.</summary>
internal sealed class CliStart(string name, int workers, int rounds, SlowServer server, int delayMilliseconds, BenchOptions options)
    : Contestant(name, rounds)
{
    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync()
    {
        var values = new Dictionary<string, double>();
        var clock = Stopwatch.StartNew();
        await BoundedProcess.RunAsync(Cli.StartFetching(server.Url, "process", workers, 1.2, 1000), options.RoundTimeout, line =>
        {
            if (line.Contains("\"tick\"", StringComparison.Ordinal))
                values.TryAdd("firstTickMs", clock.Elapsed.TotalMilliseconds);
            else if (line.Contains("\"task\"", StringComparison.Ordinal))
                values.TryAdd("firstFetchMs", clock.Elapsed.TotalMilliseconds - delayMilliseconds);
        });
        return values;
    }
}
