using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Fetching;

namespace Offloop.Coordinator.Statistics;

/// <summary>What a run was asked to do, as far as its results tell of it.</summary>
/// <param name="Executor">Where the calls run.</param>
/// <param name="Workers">The number of worker processes, of threads, or of the nodes that the run has started.</param>
/// <param name="ThreadsPerWorker">How many calls a worker process runs at once.</param>
/// <param name="InFlight">The number of calls in flight.</param>
/// <param name="Work">What the calls do.</param>
/// <param name="Interval">The time between ticks.</param>
internal sealed record RunSetup(ExecutorKind Executor, int Workers, int ThreadsPerWorker, int InFlight, WorkKind Work, TimeSpan Interval)
{
    /// <summary>How many calls each of those nodes runs at once.</summary>
    public int SlotsPerNode { get; init; }
}
