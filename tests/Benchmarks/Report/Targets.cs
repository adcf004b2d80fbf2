using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>What the project sets out to reach, as ratios to others in the same run wherever there is somebody to compare with.</summary>
internal static class Targets
{
    public static IReadOnlyList<Target> Of(Results results) => [.. PoolTargets.Of(results), .. ScenarioTargets.Of(results), .. LoopTargets.Of(results)];
}
