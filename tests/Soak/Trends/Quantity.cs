using Offloop.Soak.Sampling;

namespace Offloop.Soak.Trends;

/// <summary>Something that must not grow for ever.</summary>
/// <param name="Name">Its name in messages, chart and table.</param>
/// <param name="Unit">Its unit; empty for a number of things.</param>
/// <param name="Read">Reads it from a sample; null if the sample has none.</param>
/// <param name="Limit">The growth per hour from which on it matters. A service runs for a week, which has 168 hours.</param>
/// <param name="Least">The growth over the judged time below which it is no trend: it is about one thing more or less.</param>
internal sealed record Quantity(string Name, string Unit, Func<Sample, double?> Read, double Limit, double Least)
{
    private const double MiB = 1 << 20;

    /// <summary>All of them, with their reasons.</summary>
    public static IReadOnlyList<Quantity> All { get; } =
    [
        // 6 MiB an hour are 1 GiB in a week, which ends a container of the usual size. A heap segment more or less is 4 MiB.
        new("resident memory", "MiB", static sample => sample.Resident / MiB, 6, 4),
        new("private memory", "MiB", static sample => sample.PrivateDirty / MiB, 6, 4),
        // What survives a full collection hardly scatters, so less can be told: 1 MiB an hour is 100 bytes for each of 10,000 tasks.
        new("managed heap", "MiB", static sample => sample.ManagedHeap / MiB, 1, 0.5),
        new("committed by the collector", "MiB", static sample => sample.Committed / MiB, 6, 4),
        // 4 an hour are 672 in a week; the usual limit is 1024.
        new("handles", "", static sample => sample.Handles, 4, 3),
        // 2 an hour are 336 in a week; each has a stack. The runtime's own pool takes and drops some.
        new("threads", "", static sample => sample.Threads, 2, 3),
        // Each that is never stopped holds what it would call.
        new("timers", "", static sample => sample.Timers, 4, 3),
        // Every death that leaves a file would leave a thousand times more than this.
        new("temporary files", "", static sample => sample.Files, 2, 3),
        // Even one that is never waited for is a process table that fills up.
        new("child processes", "", static sample => sample.Children, 1, 1),
    ];
}
