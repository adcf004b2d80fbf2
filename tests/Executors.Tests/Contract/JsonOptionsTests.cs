namespace Offloop.Tests;

public sealed class InlineJsonOptionsTests() : JsonOptionsContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripJsonOptionsTests() : JsonOptionsContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadPoolJsonOptionsTests() : JsonOptionsContractTests(ExecutorKind.Threads);

public sealed class ThreadPoolRoundTripJsonOptionsTests() : JsonOptionsContractTests(ExecutorKind.ThreadsRoundTrip);

public sealed class ProcessPoolJsonOptionsTests(SharedProcessPool shared)
    : JsonOptionsContractTests(ExecutorKind.Processes, shared), IClassFixture<SharedProcessPool>
{
    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    public async Task A_method_that_throws_in_the_workers_breaks_the_pool_with_its_own_words()
    {
        await using Executor pool = Create(new ExecutorSetup { JsonOptions = Formats.FailingElsewhere });
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1));
        Assert.Contains("there is no such format here", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H96")]
    public async Task The_initializers_argument_uses_it_too()
    {
        var initializer = WorkerInitializer.Create(Formats.Start, Temperature.FromKelvin(5));
        Assert.Throws<ArgumentException>(() => new ProcessPoolExecutor(new ProcessPoolOptions { Initializer = initializer }));
        await using var pool = new ProcessPoolExecutor(
            new ProcessPoolOptions { MaxWorkers = 1, Initializer = initializer, JsonOptions = Formats.WithTemperature });
        Assert.Equal(5, (await pool.SubmitAsync(Formats.Started)).Kelvin);
    }
}
