using System.Globalization;

namespace Offloop.Coordinator.Comparing;

/// <summary>The rows of the table, in the terminal and on the page.</summary>
internal static class Measures
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    public static IReadOnlyList<(string Name, Func<RunTrace, string> Value)> All { get; } =
    [
        ("end", static trace => trace.End),
        ("exit code", static trace => Text($"{trace.ExitCode}")),
        ("ticks", static trace => Text($"{trace.TicksPrinted} of {trace.Lags.Count}")),
        ("lag p50", static trace => Output.Text.Brief(trace.Lag(50))),
        ("lag p99", static trace => Output.Text.Brief(trace.Lag(99))),
        ("lag max", static trace => Output.Text.Brief(trace.LagMax)),
        ("calls per second", static trace => Text($"{trace.PerSecond:0.0}")),
        ("latency p50", static trace => Output.Text.Brief(trace.Latency(50))),
        ("latency p99", static trace => Output.Text.Brief(trace.Latency(99))),
        ("calls done", static trace => Text($"{trace.Succeeded}")),
        ("calls failed", static trace => Text($"{trace.Failed}")),
        ("calls lost", static trace => Text($"{trace.Lost}")),
        ("threads hanging", static trace => Text($"{trace.ThreadsLeft}")),
        ("processor time", static trace => Text($"{trace.Cpu.TotalSeconds:0.0} s")),
        ("most memory", static trace => Text($"{trace.PeakBytes >> 20} MiB")),
    ];

    private static string Text(FormattableString text) => text.ToString(s_culture);
}
