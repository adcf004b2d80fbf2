using Offloop.Chaos;
using Offloop.ClusterRuns.Chaos;

namespace Offloop.Tests.Nodes;

public sealed class ChaosTests
{
    [Fact(Timeout = 4 * Waiting.Hang)]
    public async Task Nodes_are_killed_stopped_cut_off_and_drained_at_random_and_every_promise_holds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The chaos finds and stops processes through /proc.");

        // Away from the threads of the tests, which are few.
        ChaosReport report = await Task.Run(static () => ClusterChaosRun.RunAsync(new ClusterChaosOptions
        {
            Seed = 20_261,
            Duration = TimeSpan.FromSeconds(8),
            Nodes = 2,
            BlowEvery = TimeSpan.FromMilliseconds(700),
        }));

        Assert.True(report.Violations.Count == 0, string.Join("\n", report.Violations));
    }
}
