using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>The targets of the project. They are ratios to a peer in the same run wherever there is one.</summary>
internal static class Targets
{
    public static IReadOnlyList<Target> Of(Results results) =>
        [.. PoolTargets.Of(results), .. ScenarioTargets.Of(results), .. LoopTargets.Of(results)];
}
