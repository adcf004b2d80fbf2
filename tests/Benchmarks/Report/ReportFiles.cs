using System.Text.Json;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>Writes the report to files: as it was printed, as JSON with the values of every round, and as a picture.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(string report, BenchOptions options, Results results)
    {
        File.WriteAllText(Path.Combine(Folders.Output, "report.md"), report);
        var content = new
        {
            Time = DateTimeOffset.UtcNow,
            Environment.ProcessorCount,
            options.Quick,
            options.Rounds,
            results.Values,
            Targets = Targets.Of(results),
            results.Skipped,
        };
        File.WriteAllText(Path.Combine(Folders.Output, "report.json"), JsonSerializer.Serialize(content, s_json));
        File.WriteAllText(Path.Combine(Folders.Output, "pools.svg"), PoolChart.Draw(results));
        Console.Error.WriteLine($"Written: {Path.Combine(Folders.Output, "report.md")}, with report.json and pools.svg beside it.");
    }
}
