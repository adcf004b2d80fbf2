using System.Text;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>A table with one row per pool.</summary>
internal static class PoolTable
{
    public static void Write(StringBuilder text, Results results)
    {
        text.Append("| pool, 2 workers | first result after start | one at a time | bulk submit of no-ops | map of no-ops ");
        text.AppendLine("| 1 MiB echo | 16 MiB echo | 100 MB echo |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (string who in Who.Pools.Where(results.Values.ContainsKey))
        {
            string[] cells =
            [
                who, Cell("first", " ms"), Cell("one", " µs"), Cell("bulk", "/s"), Map(),
                Cell("echo1", " ms"), Cell("echo16", " ms"), Cell("echo100", " ms"),
            ];
            text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

            string Cell(string what, string unit) => results.Median(who, what) is { } value ? BenchReport.Number(value) + unit : "";

            string Map() => results.Median(who, "map100") is { }
                ? $"{Cell("map100", "/s")} (chunks of 100), {Cell("map1000", "/s")} (1,000)"
                : Cell("map", "/s");
        }
    }
}
