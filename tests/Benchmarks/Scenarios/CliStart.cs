using System.Diagnostics;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The time from the start of a program to its first tick, and to the result of its first fetch through a worker process, less the
/// delay of the server. Both are measured where its output is read.</summary>
/// <param name="name">The name in the report.</param>
/// <param name="rounds">How often it is measured.</param>
/// <param name="start">Starts the program. A line of it with the word tick or task tells that there was one.</param>
/// <param name="delayMilliseconds">The delay of the server.</param>
/// <param name="options">The options of the run.</param>
internal sealed class CliStart(string name, int rounds, Func<ProcessStartInfo> start, int delayMilliseconds, BenchOptions options)
    : Contestant(name, rounds)
{
    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync()
    {
        var values = new Dictionary<string, double>();
        var clock = Stopwatch.StartNew();
        await BoundedProcess.RunAsync(start(), options.RoundTimeout, line =>
        {
            if (Tells(line, "tick"))
                values.TryAdd("firstTickMs", clock.Elapsed.TotalMilliseconds);
            else if (Tells(line, "task"))
                values.TryAdd("firstFetchMs", clock.Elapsed.TotalMilliseconds - delayMilliseconds);
        });
        return values;
    }

    /// <summary>Whether the line is that word, or JSON with it.</summary>
    private static bool Tells(string line, string word) => line == word || line.Contains($"\"{word}\"", StringComparison.Ordinal);
}
