namespace Offloop.Tests.Streaming;

/// <summary>Streams of tasks that run in another process, which may die.</summary>
public abstract class WorkerStreamContractTests(ExecutorKind kind, IExecutorSource source) : StreamContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G70")]
    [Trait("Conformance", "G71")]
    public async Task A_worker_that_dies_ends_the_stream_after_the_items_that_had_come()
    {
        await using var point = new MeetingPoint();
        await using Executor pool = Create(new ExecutorSetup());
        List<int> items = [];
        Task consuming = ConsumeAsync(pool.StreamAsync(Streams.MeetAndExit, (point.For(), 40, 7)), items);
        Visitor visitor = await point.NextAsync();
        await Waiting.UntilAsync(() => items.Count == 40, "the items have come");
        visitor.LetGo();

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => consuming);
        Assert.Equal((FailureCause.Exit, TaskPhase.Running, 7), (error.Failure.Cause, error.Failure.Phase, error.Failure.ExitCode));
        Assert.Equal(Enumerable.Range(0, 40), items);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F60")]
    public async Task A_stream_that_is_stuck_is_killed_when_its_consumer_leaves()
    {
        await using var point = new MeetingPoint();
        await using Executor pool = Create(new ExecutorSetup { CancellationGrace = TimeSpan.Zero });
        using var cancellation = new CancellationTokenSource();
        List<int> items = [];
        Task consuming = ConsumeAsync(pool.StreamAsync(Streams.Stuck, point.For(), cancellationToken: cancellation.Token), items);
        Visitor visitor = await point.NextAsync();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consuming);
        Assert.Equal([1], items);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        Assert.True(IsIdle(pool));
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_worker_that_sends_items_without_credit_is_killed(int length)
    {
        await using Executor pool = Create(new ExecutorSetup());
        int process = await pool.SubmitAsync(Basics.ProcessId);
        var error = await Assert.ThrowsAsync<WorkerLostException>(async () =>
        {
            await foreach (byte[] item in pool.StreamAsync(Rogue.FloodItems, (100, length)))
                await Waiting.UntilGoneAsync(process);
        });
        Assert.Equal((FailureCause.ProtocolError, process), (error.Failure.Cause, error.Failure.ProcessId));
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
    }
}
