using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Offloop.Benchmarks.Pools;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>The report in Markdown: the pools, the scenarios, the targets, and the peers that were skipped.</summary>
internal static class BenchReport
{
    public static string Of(BenchOptions options, Results results)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Pools of {PoolRound.Workers} workers on {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, "
            + $"{RuntimeInformation.OSArchitecture}: medians of {options.Rounds} rounds, all in turn. Ratios matter, "
            + $"absolute figures drift.");
        text.AppendLine();
        PoolTable.Write(text, results);
        text.AppendLine();
        ScenarioTable.Write(text, results);
        text.AppendLine();
        TargetTable.Write(text, [.. Targets.Of(results).Where(target => target.Measured is not null || options.Only.Length == 0)]);
        foreach (string skipped in results.Skipped)
            text.AppendLine().Append("Skipped: ").Append(skipped).AppendLine(".");
        return text.ToString();
    }

    /// <summary>About three significant digits.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value / 1000) * 1000:N0}"),
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        >= 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}"),
    };
}
