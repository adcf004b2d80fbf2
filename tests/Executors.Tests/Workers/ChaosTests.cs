using Offloop.Chaos;

namespace Offloop.Tests.Workers;

public sealed class ChaosTests
{
    [Fact(Timeout = 3 * Waiting.Hang, Explicit = true)]
    [Trait("Conformance", "G70")]
    [Trait("Conformance", "G72")]
    [Trait("Conformance", "G79")]
    [Trait("Conformance", "H90")]
    public async Task Workers_are_killed_stopped_and_recycled_at_random_and_every_promise_holds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The chaos finds and stops processes through /proc.");

        ChaosReport report = await ChaosRun.RunAsync(new ChaosOptions { Seed = 20_261, Duration = TimeSpan.FromSeconds(12), Workers = 3 });

        Assert.Empty(report.Violations);
    }
}
