using System.Diagnostics;
using System.Text.Json;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The CLI under full fetch load: each of its workers always has a fetch. Every tick counts for the lag, including those of the
/// start. Fetches are counted from the start, and again from a time when every worker is up and warm.</summary>
internal sealed class CliFetch(
    string name, int rounds, SlowServer server, string executor, int workers, double seconds, double from, BenchOptions options)
    : Contestant(name, rounds)
{
    public const double IntervalMilliseconds = 5;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync()
    {
        int all = 0;
        int counted = 0;
        var clock = Stopwatch.StartNew();
        TimeSpan? started = null;
        IReadOnlyList<string> lines = await BoundedProcess.RunAsync(
            Cli.StartFetching(server.Url, executor, workers, seconds, IntervalMilliseconds), options.RoundTimeout, line =>
            {
                started ??= clock.Elapsed;
                double at = (clock.Elapsed - started.Value).TotalSeconds;
                if (!line.Contains("\"task\"", StringComparison.Ordinal) || at >= seconds)
                    return;
                all++;
                counted += at >= from ? 1 : 0;
            });
        using var summary = JsonDocument.Parse(lines[^1]);
        JsonElement root = summary.RootElement;
        var values = new Dictionary<string, double>
        {
            ["perSecond"] = counted / (seconds - from),
            ["perSecondAll"] = all / seconds,
        };
        foreach ((string what, string property) in (ReadOnlySpan<(string, string)>)
            [("ticks", "ticksPrinted"), ("lagP50", "lagP50Ms"), ("lagP99", "lagP99Ms"), ("lagMax", "lagMaxMs")])
        {
            if (root.TryGetProperty(property, out JsonElement value))
                values[what] = value.GetDouble();
        }
        return values;
    }
}
