namespace Offloop.Tests;

/// <content>Cancellation and timeouts of tasks that answer their token, and shutdown.</content>
public abstract partial class ExecutorContractTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "B13")]
    public async Task A_task_is_counted_while_it_runs_and_when_it_is_done()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup());
        Task<int> task = Elsewhere(() => executor.SubmitAsync(Rendezvous.Wait, point.For()));
        Visitor visitor = await point.NextAsync();

        ExecutorSnapshot during = executor.GetSnapshot();
        Assert.Equal((ExecutorState.Open, 0, 1, 0L), (during.State, during.Queued, during.Running, during.Succeeded));
        Assert.False(task.IsCompleted);

        visitor.LetGo();
        await task;
        ExecutorSnapshot after = executor.GetSnapshot();
        Assert.Equal((0, 0, 1L), (after.Queued, after.Running, after.Succeeded));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F61")]
    public async Task A_token_that_is_cancelled_already_ends_the_task_at_once()
    {
        await using var point = new MeetingPoint();
        var token = new CancellationToken(canceled: true);
        Task<int> task = SharedExecutor.SubmitAsync(Rendezvous.Note, point.For("never"), cancellationToken: token);
        Assert.True(task.IsCanceled);
        Assert.Equal(token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task)).CancellationToken);

        await SharedExecutor.SubmitAsync(Rendezvous.Note, point.For("next"));
        Assert.Equal("next", (await point.NextAsync()).Label);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F64")]
    public async Task A_running_task_that_answers_its_token_is_cancelled_and_its_worker_lives()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Clock = new ObservedClock() }); // the grace never ends
        await executor.SubmitAsync(Forms.Nothing);
        int[] workers = WorkersOf(executor);
        using var cancellation = new CancellationTokenSource();
        Task<int> task = Elsewhere(() => executor.SubmitAsync(Rendezvous.WaitOrCancel, point.For(), cancellationToken: cancellation.Token));
        await point.NextAsync();

        await cancellation.CancelAsync();

        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task)).CancellationToken);
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
        Assert.Equal(workers, WorkersOf(executor));
        Assert.Equal(1, executor.GetSnapshot().Cancelled);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F64")]
    public async Task A_task_that_returns_after_it_was_cancelled_keeps_its_result()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Clock = new ObservedClock() });
        using var cancellation = new CancellationTokenSource();
        Task<int> task = Elsewhere(
            () => executor.SubmitAsync(Rendezvous.TellCancellationAndWait, point.For(), cancellationToken: cancellation.Token));
        Visitor visitor = await point.NextAsync();

        await cancellation.CancelAsync();
        Assert.Equal("cancelled", await visitor.HearAsync());
        visitor.LetGo();

        Assert.Equal(visitor.ProcessId, await task);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F58")]
    public async Task A_timeout_cancels_the_tasks_token_and_stands_whatever_the_task_does_then()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock });
        TimeSpan timeout = TimeSpan.FromSeconds(7);
        var options = new SubmitOptions { Timeout = timeout, Name = "the slow one" };
        Task<int> task = Elsewhere(() => executor.SubmitAsync(Rendezvous.TellCancellationAndWait, point.For(), options));
        Visitor visitor = await point.NextAsync();

        await clock.PassAsync(timeout);
        Assert.Equal("cancelled", await visitor.HearAsync());
        Assert.False(task.IsCompleted);
        visitor.LetGo();

        var error = await Assert.ThrowsAsync<TaskTimeoutException>(() => task);
        Assert.Equal((FailureCause.Timeout, TaskPhase.Running, 1), (error.Failure.Cause, error.Failure.Phase, error.Failure.Attempt));
        Assert.Contains("'the slow one' (attempt 1)", error.Message, StringComparison.Ordinal);
        Assert.Contains("longer than its timeout of 7 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
        Assert.Equal(1, executor.GetSnapshot().TimedOut);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F58")]
    public async Task The_executors_timeout_counts_for_tasks_that_have_none()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        TimeSpan timeout = TimeSpan.FromSeconds(7);
        await using Executor executor = Create(new ExecutorSetup { Clock = clock, TaskTimeout = timeout });
        Task<int> task = Elsewhere(() => executor.SubmitAsync(Rendezvous.WaitOrCancel, point.For()));
        await point.NextAsync();
        await clock.PassAsync(timeout);
        await Assert.ThrowsAsync<TaskTimeoutException>(() => task);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I106")]
    public async Task A_shutdown_may_be_repeated_and_followed_by_a_dispose()
    {
        Executor executor = Create(new ExecutorSetup());
        Task[] shutdowns =
        [
            executor.ShutdownAsync(),
            executor.ShutdownAsync(ShutdownMode.Kill),
            executor.ShutdownAsync(ShutdownMode.CancelQueued),
        ];
        await Task.WhenAll(shutdowns);
        await executor.DisposeAsync();
        await executor.DisposeAsync();
        await executor.ShutdownAsync();
        Assert.Equal(ExecutorState.Closed, executor.GetSnapshot().State);
        Assert.Empty(executor.GetSnapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I106")]
    public async Task A_continuation_may_shut_down()
    {
        Executor executor = Create(new ExecutorSetup());
        await await executor.SubmitAsync(Basics.Square, 2).ContinueWith(
            _ => executor.ShutdownAsync(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        Assert.Equal(ExecutorState.Closed, executor.GetSnapshot().State);
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I106")]
    [InlineData(ShutdownMode.Drain)]
    [InlineData(ShutdownMode.CancelQueued)]
    [InlineData(ShutdownMode.Kill)]
    public async Task A_shutdown_among_submits_leaves_no_task_without_an_outcome(ShutdownMode mode)
    {
        Executor executor = Create(new ExecutorSetup { Workers = 2 });
        await executor.SubmitAsync(Forms.Nothing);
        using var start = new Barrier(3);
        Task<int>[] submitters = [.. Enumerable.Range(0, 2).Select(number => Elsewhere(async () =>
        {
            start.SignalAndWait();
            int accepted = 0;
            var tasks = new List<Task>();
            try
            {
                for (; accepted < 1_000_000; accepted++)
                {
                    Task task = accepted % 3 == 0
                        ? executor.SubmitAsync(Throwing.Invalid, "x")
                        : executor.SubmitAsync(Basics.Square, number);
                    tasks.Add(task);
                }
            }
            catch (ObjectDisposedException)
            {
            }
            await Task.WhenAny(Task.WhenAll(tasks));
            Assert.All(tasks, task => Assert.True(task.IsCompleted));
            return accepted;
        }))];
        start.SignalAndWait();
        await executor.ShutdownAsync(mode);

        Assert.All(await Task.WhenAll(submitters), accepted => Assert.True(accepted < 1_000_000));
        ExecutorSnapshot end = executor.GetSnapshot();
        Assert.Equal((0, 0), (end.Queued, end.Running));
    }
}
