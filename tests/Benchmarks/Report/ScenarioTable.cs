using System.Text;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>A table with one row per scenario, with every value that it measured.</summary>
internal static class ScenarioTable
{
    public static void Write(StringBuilder text, Results results)
    {
        text.AppendLine("| scenario | measured |");
        text.AppendLine("|---|---|");
        foreach ((string who, SortedDictionary<string, List<double>> values) in results.Values)
        {
            if (Who.Pools.Contains(who))
                continue;
            IEnumerable<string> cells = values.Keys.Select(what => $"{what} {BenchReport.Number(results.Median(who, what)!.Value)}");
            text.Append("| ").Append(who).Append(" | ").AppendJoin(", ", cells).AppendLine(" |");
        }
    }
}
