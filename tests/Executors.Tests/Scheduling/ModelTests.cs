using Offloop.Model;

namespace Offloop.Tests.Scheduling;

/// <summary>Drives the scheduler with random events and checks it against a plain model; <c>./build.cmd model</c> does so for
/// longer.</summary>
public sealed class ModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_scheduler_agrees_with_a_plain_model_whatever_happens_to_it(int seed) =>
        Assert.True(ModelRun.Run(seed, events: 20_000).Events >= 20_000);
}
