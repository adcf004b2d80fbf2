using Offloop.Fuzz;

namespace Offloop.Tests.Protocol;

/// <summary>A short run of the fuzzer with a fixed seed; <c>./build.cmd fuzz</c> is the long one.</summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Targets() => [.. FuzzTarget.All().Select(target => target.Name)];

    [Theory(Timeout = 2 * Waiting.Hang)]
    [MemberData(nameof(Targets))]
    [Trait("Conformance", "J112")]
    public async Task Malformed_inputs_crash_and_hang_nothing(string target)
    {
        FuzzTarget named = FuzzTarget.All().Single(known => known.Name == target);
        FuzzResult result = await FuzzRun.RunAsync(named, seed: 1, TimeSpan.FromSeconds(1), maxInputs: 20_000, isAlone: false);
        Assert.True(result.Inputs > 100, $"Only {result.Inputs} inputs were taken.");
    }
}
