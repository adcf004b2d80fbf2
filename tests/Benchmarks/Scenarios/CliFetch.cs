using System.Diagnostics;
using System.Text.Json;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The CLI under full fetch load: each of its workers always has a fetch. Every tick counts for the lag, including those of the
/// start. Fetches count in the second half only, when every worker is up.</summary>
internal sealed class CliFetch(
    string name, int rounds, SlowServer server, string executor, int workers, double seconds, BenchOptions options)
    : Contestant(name, rounds)
{
    public const double IntervalMilliseconds = 5;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync()
    {
        int counted = 0;
        var clock = Stopwatch.StartNew();
        TimeSpan? started = null;
        IReadOnlyList<string> lines = await BoundedProcess.RunAsync(
            Cli.StartFetching(server.Url, executor, workers, seconds, IntervalMilliseconds), options.RoundTimeout, line =>
            {
                started ??= clock.Elapsed;
                double at = (clock.Elapsed - started.Value).TotalSeconds;
                if (line.Contains("\"task\"", StringComparison.Ordinal) && at >= seconds / 2 && at < seconds)
                    counted++;
            });
        using var summary = JsonDocument.Parse(lines[^1]);
        JsonElement root = summary.RootElement;
        var values = new Dictionary<string, double> { ["perSecond"] = counted / (seconds / 2) };
        foreach ((string what, string property) in (ReadOnlySpan<(string, string)>)
            [("ticks", "ticksPrinted"), ("lagP50", "lagP50Ms"), ("lagP99", "lagP99Ms"), ("lagMax", "lagMaxMs")])
        {
            if (root.TryGetProperty(property, out JsonElement value))
                values[what] = value.GetDouble();
        }
        return values;
    }
}
