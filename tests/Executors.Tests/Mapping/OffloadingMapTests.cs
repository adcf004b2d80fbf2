namespace Offloop.Tests.Mapping;

/// <summary>Maps on executors that run several items at the same time.</summary>
public abstract class OffloadingMapTests(ExecutorKind kind, IExecutorSource? source = null) : MapContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D30")]
    public async Task Unordered_results_come_as_they_are_done()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Workers = 2 });
        await using IAsyncEnumerator<string> map = executor
            .MapAsync(Mapped.Meet, [point.For("slow"), point.For("quick")], new MapOptions { Ordered = false })
            .GetAsyncEnumerator();
        ValueTask<bool> moved = map.MoveNextAsync();
        Visitor[] visitors = await point.NextAsync(2);

        Array.Find(visitors, visitor => visitor.Label == "quick")!.LetGo();
        Assert.True(await moved);
        Assert.Equal("quick", map.Current);

        Array.Find(visitors, visitor => visitor.Label == "slow")!.LetGo();
        Assert.True(await map.MoveNextAsync());
        Assert.Equal("slow", map.Current);
        Assert.False(await map.MoveNextAsync());
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D32")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failing_item_cancels_those_that_run_and_those_that_wait(bool ordered)
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Workers = 2, Clock = new ObservedClock() });
        Meeting[] source = [point.For("throw"), point.For("running"), point.For("waiting"), point.For("waiting")];
        Task<List<string>> map = Elsewhere(
            async () => await executor.MapAsync(Mapped.Meet, source, new MapOptions { Ordered = ordered }).ToListAsync());
        Visitor[] visitors = await point.NextAsync(2);
        Visitor running = Array.Find(visitors, visitor => visitor.Label == "running")!;

        await Waiting.UntilAsync(() => executor.GetSnapshot().Queued == 2, "the others wait");

        Array.Find(visitors, visitor => visitor.Label == "throw")!.LetGo();

        Assert.Equal("thrown at the meeting", (await Assert.ThrowsAsync<InvalidOperationException>(() => map)).Message);
        Assert.Equal("cancelled", await running.HearAsync());
        Assert.True(IsIdle(executor));
        await Waiting.UntilAsync(() => executor.GetSnapshot().Cancelled == 3, "all others are counted as cancelled");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "D30")]
    public async Task A_slow_item_holds_up_the_order_but_not_the_work()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Workers = 2 });
        await using IAsyncEnumerator<string> map = executor
            .MapAsync(Mapped.Meet, [point.For("0"), point.For("1"), point.For("2")])
            .GetAsyncEnumerator();
        ValueTask<bool> moved = map.MoveNextAsync();
        Visitor[] visitors = await point.NextAsync(2);
        Array.Find(visitors, visitor => visitor.Label == "1")!.LetGo();
        (await point.NextAsync()).LetGo();
        await Waiting.UntilAsync(() => executor.GetSnapshot().Succeeded == 2, "the quick ones are done");
        Assert.False(moved.IsCompleted);

        Array.Find(visitors, visitor => visitor.Label == "0")!.LetGo();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(i == 0 ? await moved : await map.MoveNextAsync());
            Assert.Equal($"{i}", map.Current);
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I102")]
    public async Task A_map_of_its_default_size_fits_into_a_queue_that_rejects()
    {
        await using Executor executor = Create(new ExecutorSetup { Workers = 2, QueueCapacity = 3, QueueFullMode = QueueFullMode.Reject });
        Assert.Equal(
            Enumerable.Range(0, 500).Select(Basics.Square),
            await executor.MapAsync(Basics.Square, Enumerable.Range(0, 500)).ToListAsync());
    }
}
