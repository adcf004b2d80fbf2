namespace Offloop.Tests;

/// <content>Shutdown with tasks in every state.</content>
public abstract partial class OffloadingExecutorTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I105")]
    public async Task Drain_runs_every_task_to_its_end()
    {
        await using var point = new MeetingPoint();
        Executor executor = Create(new ExecutorSetup { QueueCapacity = 1 });
        Task<int> running = executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        // Two of them wait for room.
        Task<int>[] queued = [.. Enumerable.Range(0, 3).Select(value => executor.SubmitAsync(Basics.Square, value))];
        Task failing = executor.SubmitAsync(Throwing.Invalid, "fails while shutting down");

        Task shutdown = executor.ShutdownAsync();
        Assert.Equal(ExecutorState.ShuttingDown, executor.GetSnapshot().State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => executor.SubmitAsync(Forms.Nothing));
        Assert.False(shutdown.IsCompleted);
        visitor.LetGo();
        await shutdown;

        Assert.Equal(visitor.ProcessId, await running);
        int[] results = await Task.WhenAll(queued);
        Assert.Equal([0, 1, 4], results);
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        Assert.Equal(ExecutorState.Closed, executor.GetSnapshot().State);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I105")]
    public async Task CancelQueued_finishes_what_runs_and_cancels_the_rest()
    {
        await using var point = new MeetingPoint();
        Executor executor = Create(new ExecutorSetup { QueueCapacity = 1 });
        Task<int> running = executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        Task<int> queued = executor.SubmitAsync(Rendezvous.Note, point.For());
        Task<int> waiting = executor.SubmitAsync(Rendezvous.Note, point.For());

        Task shutdown = executor.ShutdownAsync(ShutdownMode.CancelQueued);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(running.IsCompleted);
        visitor.LetGo();
        await shutdown;

        Assert.Equal(visitor.ProcessId, await running);
        Assert.False(point.HasVisitor);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I105")]
    [Trait("Conformance", "I106")]
    public async Task Kill_ends_stuck_tasks_and_cancels_the_rest()
    {
        await using var point = new MeetingPoint();
        Executor executor = Create(new ExecutorSetup());
        Task<int> stuck = executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        Task<int> queued = executor.SubmitAsync(Basics.Square, 2);

        await executor.ShutdownAsync(ShutdownMode.Kill);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        var error = await Assert.ThrowsAsync<WorkerLostException>(() => stuck);
        Assert.Equal((FailureCause.Shutdown, TaskPhase.Running), (error.Failure.Cause, error.Failure.Phase));
        Assert.Contains("executor was shut down", error.Message, StringComparison.Ordinal);
        await AssertEndedByForceAsync(executor, visitor);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I106")]
    public async Task Kill_ends_a_drain_that_a_stuck_task_holds_up()
    {
        await using var point = new MeetingPoint();
        Executor executor = Create(new ExecutorSetup());
        Task<int> stuck = executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        Task drain = executor.ShutdownAsync();
        using var impatience = new CancellationTokenSource();
        Task impatient = executor.ShutdownAsync(ShutdownMode.Drain, impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(drain.IsCompleted);

        await executor.ShutdownAsync(ShutdownMode.Kill);
        await drain;
        await Assert.ThrowsAsync<WorkerLostException>(() => stuck);
        await AssertEndedByForceAsync(executor, visitor);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I105")]
    public async Task Dispose_kills_what_is_not_done_after_the_shutdown_timeout()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        TimeSpan patience = TimeSpan.FromSeconds(11);
        Executor executor = Create(new ExecutorSetup { Clock = clock, ShutdownTimeout = patience });
        Task<int> stuck = executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        ValueTask disposal = executor.DisposeAsync();
        Assert.False(disposal.IsCompleted);
        await clock.PassAsync(patience);
        await disposal;

        Assert.Equal(FailureCause.Shutdown, (await Assert.ThrowsAsync<WorkerLostException>(() => stuck)).Failure.Cause);
        await AssertEndedByForceAsync(executor, visitor);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I106")]
    public async Task Kill_ends_a_task_that_is_being_cancelled_as_cancelled()
    {
        await using var point = new MeetingPoint();
        Executor executor = Create(new ExecutorSetup { Clock = new ObservedClock() });
        using var cancellation = new CancellationTokenSource();
        Task<int> task = executor.SubmitAsync(Rendezvous.TellCancellationAndWait, point.For(), cancellationToken: cancellation.Token);
        Visitor visitor = await point.NextAsync();
        await cancellation.CancelAsync();
        Assert.Equal("cancelled", await visitor.HearAsync());

        await executor.ShutdownAsync(ShutdownMode.Kill);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await AssertEndedByForceAsync(executor, visitor);
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I106")]
    [InlineData(ShutdownMode.Drain)]
    [InlineData(ShutdownMode.CancelQueued)]
    [InlineData(ShutdownMode.Kill)]
    public async Task A_shutdown_right_after_the_start_ends(ShutdownMode mode)
    {
        Executor executor = Create(new ExecutorSetup { Workers = 2 });
        Task<int>[] tasks = [.. Enumerable.Range(0, 10).Select(value => executor.SubmitAsync(Basics.Square, value))];

        await executor.ShutdownAsync(mode);

        Assert.All(tasks, task => Assert.True(task.IsCompleted));
        if (mode == ShutdownMode.Drain)
            Assert.Equal(Enumerable.Range(0, 10).Select(value => value * value), await Task.WhenAll(tasks));
        Assert.Empty(executor.GetSnapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I106")]
    public async Task Kill_just_when_tasks_are_given_out_does_not_hang()
    {
        await using var point = new MeetingPoint();
        for (int round = 0; round < 5; round++)
        {
            Executor executor = Create(new ExecutorSetup { Workers = 2 });
            await executor.SubmitAsync(Forms.Nothing);
            Task<int>[] tasks = [];
            Task submits = Task.Run(() => tasks = [.. Enumerable.Range(0, 4).Select(_ => Submit(executor))]);
            await executor.ShutdownAsync(ShutdownMode.Kill);
            await submits;
            await Task.WhenAny(Task.WhenAll(tasks));
            Assert.All(tasks, task => Assert.False(task.IsCompletedSuccessfully));
        }

        Task<int> Submit(Executor executor)
        {
            try
            {
                return executor.SubmitAsync(Rendezvous.Wait, point.For());
            }
            catch (ObjectDisposedException error)
            {
                return Task.FromException<int>(error);
            }
        }
    }
}
