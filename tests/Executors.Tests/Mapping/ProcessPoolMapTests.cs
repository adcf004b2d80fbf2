namespace Offloop.Tests.Mapping;

public sealed class ProcessPoolMapTests(SharedProcessPool shared)
    : WorkerMapContractTests(ExecutorKind.Processes, shared), IClassFixture<SharedProcessPool>
{
    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D42")]
    [InlineData(true, Explicit = true)]
    [InlineData(false)]
    public async Task A_map_over_a_pool_that_breaks_ends_with_the_reason(bool outcomes)
    {
        var initializer = WorkerInitializer.Create(Throwing.Invalid, "no start");
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 2, Initializer = initializer });
        TestSource<int> source = TestSource.Numbers();
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(async () =>
        {
            TaskMap<int> map = pool.MapAsync(Basics.Square, (IEnumerable<int>)source);
            _ = outcomes ? (await map.Outcomes.FirstAsync()).Index : await map.FirstAsync();
        });
        Assert.Contains("no start", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, source.ClosedCount);
    }
}
