namespace Offloop.Tests.Streaming;

/// <content>Streams that end before their last item.</content>
public abstract partial class StreamContractTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task What_the_task_throws_comes_after_the_items_before_it()
    {
        List<int> items = [];
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ConsumeAsync(SharedExecutor.StreamAsync(Streams.CountAndThrow, 50), items));
        Assert.Equal("after 50 items", error.Message);
        Assert.Equal(Enumerable.Range(0, 50), items);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_returns_null_for_its_items_is_an_error()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ConsumeAsync(SharedExecutor.StreamAsync(Streams.Null!, 1), []));
        Assert.Contains("return an empty sequence", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E50")]
    [Trait("Conformance", "E52")]
    public async Task An_item_that_cannot_be_sent_or_read_is_an_error_after_the_items_before_it()
    {
        if (!RoundTrips)
        {
            Assert.Equal(3, await SharedExecutor.StreamAsync(Streams.ThenUnwritable, 0).CountAsync());
            return;
        }
        List<Unwritable?> written = [];
        var error = await Assert.ThrowsAsync<ExecutorException>(
            () => ConsumeAsync(SharedExecutor.StreamAsync(Streams.ThenUnwritable, 0), written));
        Assert.Equal((FailureCause.Payload, TaskPhase.Running), (error.Failure.Cause, error.Failure.Phase));
        Assert.Contains(
            "item of type Offloop.SampleTasks.Unwritable could not be written: not to be written",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal(2, written.Count);

        List<Unreadable?> read = [];
        error = await Assert.ThrowsAsync<ExecutorException>(
            () => ConsumeAsync(SharedExecutor.StreamAsync(Streams.ThenUnreadable, 0), read));
        Assert.Equal((FailureCause.Payload, TaskPhase.Running), (error.Failure.Cause, error.Failure.Phase));
        Assert.Contains(
            "item of type Offloop.SampleTasks.Unreadable could not be read: not to be read",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal(2, read.Count);
        Assert.Equal(4, await SharedExecutor.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Leaving_the_enumeration_early_ends_the_task_and_its_worker_lives()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Clock = new ObservedClock() }); // the grace never ends
        await executor.SubmitAsync(Forms.Nothing);
        int[] workers = [.. executor.GetSnapshot().Workers.Select(worker => worker.Id)];
        await foreach (int item in executor.StreamAsync(Streams.Say, point.For()))
        {
            if (item == 100)
                break;
        }

        Assert.True(IsIdle(executor));
        Visitor visitor = await point.NextAsync();
        string? line = await visitor.HearAsync();
        while (line is not ("closed" or null))
            line = await visitor.HearAsync();
        Assert.Equal("closed", line);
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
        Assert.Equal(workers, executor.GetSnapshot().Workers.Select(worker => worker.Id));
        await Waiting.UntilAsync(() => executor.GetSnapshot().Cancelled == 1, "it counts as cancelled");
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_ends_the_stream_with_the_callers_token(bool byParameter)
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Clock = new ObservedClock() });
        using var cancellation = new CancellationTokenSource();
        CancellationToken parameter = byParameter ? cancellation.Token : default;
        CancellationToken with = byParameter ? default : cancellation.Token;
        List<int> items = [];
        Task consuming = Elsewhere(async () =>
        {
            IAsyncEnumerable<int> stream = executor.StreamAsync(Streams.UntilCancelled, point.For(), cancellationToken: parameter);
            await foreach (int item in stream.WithCancellation(with))
                items.Add(item);
        });
        await point.NextAsync();
        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consuming);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal([1], items);
        Assert.True(IsIdle(executor));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_consumer_that_cancels_gets_no_further_item()
    {
        using var cancellation = new CancellationTokenSource();
        List<int> items = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int item in SharedExecutor.StreamAsync(Streams.CountTo, int.MaxValue, cancellationToken: cancellation.Token))
            {
                items.Add(item);
                if (item == 3)
                    await cancellation.CancelAsync();
            }
        });
        Assert.Equal([0, 1, 2, 3], items);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ConsumeAsync(SharedExecutor.StreamAsync(Streams.CountTo, 3, cancellationToken: cancellation.Token), []));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F58")]
    public async Task A_timeout_ends_the_stream_after_the_items_before_it()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock });
        TimeSpan timeout = TimeSpan.FromSeconds(7);
        List<int> items = [];
        var options = new SubmitOptions { Timeout = timeout };
        Task consuming = Elsewhere(() => ConsumeAsync(executor.StreamAsync(Streams.UntilCancelled, point.For(), options), items));
        await point.NextAsync();
        await clock.PassAsync(timeout);

        await Assert.ThrowsAsync<TaskTimeoutException>(() => consuming);
        Assert.Equal([1], items);
        Assert.True(IsIdle(executor));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_time_in_which_the_task_waits_for_its_consumer_counts()
    {
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock });
        TimeSpan timeout = TimeSpan.FromSeconds(7);
        await Assert.ThrowsAsync<TaskTimeoutException>(async () =>
        {
            await foreach (int item in executor.StreamAsync(Streams.CountTo, int.MaxValue, new SubmitOptions { Timeout = timeout }))
            {
                if (item == 3)
                    await clock.PassAsync(timeout);
            }
        });
        Assert.True(IsIdle(executor));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I105")]
    public async Task A_drain_lets_a_stream_come_to_its_end_and_a_kill_does_not()
    {
        Executor executor = Create(new ExecutorSetup());
        Task? shutdown = null;
        List<int> items = [];
        await foreach (int item in executor.StreamAsync(Streams.CountTo, 100))
        {
            items.Add(item);
            shutdown ??= executor.ShutdownAsync();
        }
        Assert.Equal(Enumerable.Range(0, 100), items);
        await shutdown!;
        Assert.Throws<ObjectDisposedException>(() => executor.StreamAsync(Streams.CountTo, 1));

        Executor killed = Create(new ExecutorSetup());
        var error = await Assert.ThrowsAsync<WorkerLostException>(async () =>
        {
            await foreach (int item in killed.StreamAsync(Streams.CountTo, int.MaxValue))
            {
                if (item == 3)
                    await killed.ShutdownAsync(ShutdownMode.Kill);
            }
        });
        Assert.Equal(FailureCause.Shutdown, error.Failure.Cause);
    }

    protected static async Task ConsumeAsync<T>(IAsyncEnumerable<T> stream, List<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        await foreach (T item in stream)
            items.Add(item);
    }
}
