using System.Text;

namespace Offloop.Benchmarks.Report;

/// <summary>A table with one row per target.</summary>
internal static class TargetTable
{
    public static void Write(StringBuilder text, IReadOnlyList<Target> targets)
    {
        text.AppendLine("| target | | asked | measured | |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (Target target in targets)
        {
            string measured = target.Measured is { } value ? BenchReport.Number(value) + target.Unit : "";
            string stretch = target.IsStretch ? ", stretch" : "";
            string limit = $"{(target.IsUpper ? "≤" : "≥")} {BenchReport.Number(target.Limit)}{target.Unit}{stretch}";
            text.AppendLine($"| {target.Number} | {target.Text} | {limit} | {measured} | {target.Verdict} |");
        }
    }
}
