namespace Offloop.Tests;

/// <content>Tasks that do not answer their token.</content>
public abstract partial class OffloadingExecutorTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F54")]
    [Trait("Conformance", "F58")]
    public async Task A_task_that_overruns_its_timeout_and_the_grace_is_ended_by_force()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock, CancellationGrace = s_grace });
        Task<int> task = executor.SubmitAsync(Rendezvous.TellCancellationAndWait, point.For(), new SubmitOptions { Timeout = s_timeout });
        Visitor visitor = await point.NextAsync();
        Task<int> next = executor.SubmitAsync(Basics.Square, 5);

        await clock.PassAsync(s_timeout);
        Assert.Equal("cancelled", await visitor.HearAsync());
        Assert.False(task.IsCompleted);
        await clock.PassAsync(s_grace);

        var error = await Assert.ThrowsAsync<TaskTimeoutException>(() => task);
        Assert.Equal((FailureCause.Timeout, TaskPhase.Running), (error.Failure.Cause, error.Failure.Phase));
        Assert.NotNull(error.Failure.WorkerId);
        Assert.Contains("did not end within the CancellationGrace of ", error.Message, StringComparison.Ordinal);
        string end = error.Failure.ProcessId is null ? "was given up." : "was killed with its process.";
        Assert.EndsWith(end, error.Message, StringComparison.Ordinal);
        await AssertEndedByForceAsync(executor, visitor);
        Assert.Equal(25, await next);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F55")]
    public async Task The_clock_of_a_task_does_not_run_while_it_waits()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock });
        Task<int> first = executor.SubmitAsync(Rendezvous.Wait, point.For("first"));
        Visitor visitor = await point.NextAsync();
        Task<int> second = executor.SubmitAsync(Rendezvous.WaitOrCancel, point.For("second"), new SubmitOptions { Timeout = s_timeout });

        clock.Advance(s_timeout);
        visitor.LetGo();
        await first;
        Visitor late = await point.NextAsync();
        Assert.False(second.IsCompleted);
        late.LetGo();

        Assert.Equal(late.ProcessId, await second);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F55")]
    public async Task The_clock_of_a_task_runs_from_its_start()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock });
        Task<int> first = executor.SubmitAsync(Rendezvous.Wait, point.For("first"));
        Visitor visitor = await point.NextAsync();
        Task<int> second = executor.SubmitAsync(Rendezvous.WaitOrCancel, point.For("second"), new SubmitOptions { Timeout = s_timeout });
        clock.Advance(s_timeout);
        visitor.LetGo();
        await point.NextAsync();

        await clock.PassAsync(s_timeout);

        await Assert.ThrowsAsync<TaskTimeoutException>(() => second);
        await first;
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F60")]
    [Trait("Conformance", "F65")]
    public async Task A_cancelled_task_that_overruns_the_grace_is_ended_by_force()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock, CancellationGrace = s_grace });
        using var cancellation = new CancellationTokenSource();
        Task<int> task = executor.SubmitAsync(Rendezvous.TellCancellationAndWait, point.For(), cancellationToken: cancellation.Token);
        Visitor visitor = await point.NextAsync();
        Task<int> next = executor.SubmitAsync(Basics.Square, 5);

        await cancellation.CancelAsync();
        Assert.Equal("cancelled", await visitor.HearAsync());
        Assert.False(task.IsCompleted);
        await clock.PassAsync(s_grace);

        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task)).CancellationToken);
        await AssertEndedByForceAsync(executor, visitor);
        Assert.Equal(25, await next);
        Assert.Equal(1, executor.GetSnapshot().Cancelled);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F60")]
    public async Task A_task_without_a_token_is_ended_by_force_when_there_is_no_grace()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { CancellationGrace = TimeSpan.Zero });
        using var cancellation = new CancellationTokenSource();
        Task<int> task = executor.SubmitAsync(Rendezvous.Wait, point.For(), cancellationToken: cancellation.Token);
        Visitor visitor = await point.NextAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await AssertEndedByForceAsync(executor, visitor);
        Assert.Equal(25, await executor.SubmitAsync(Basics.Square, 5));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "E48")]
    public async Task Tasks_that_time_out_together_have_exceptions_of_their_own()
    {
        await using var point = new MeetingPoint();
        var clock = new ObservedClock();
        await using Executor executor = Create(new ExecutorSetup { Clock = clock, Workers = 2, TaskTimeout = s_timeout });
        Task<int>[] tasks =
        [
            executor.SubmitAsync(Rendezvous.WaitOrCancel, point.For()),
            executor.SubmitAsync(Rendezvous.WaitOrCancel, point.For()),
        ];
        await point.NextAsync(2);
        await clock.PassAsync(s_timeout);
        await clock.PassAsync(s_timeout); // each of the two has a timer, but the clock shows it once

        TaskTimeoutException[] errors = [
            await Assert.ThrowsAsync<TaskTimeoutException>(() => tasks[0]), await Assert.ThrowsAsync<TaskTimeoutException>(() => tasks[1])];
        Assert.NotSame(errors[0], errors[1]);
        Assert.NotEqual(WorkerOf(errors[0]), WorkerOf(errors[1]));

        static (string? Node, int? Id) WorkerOf(TaskTimeoutException error) => (error.Failure.Node, error.Failure.WorkerId);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_late_interrupt_of_the_thread_of_a_task_harms_neither_the_next_task_nor_the_program()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup());
        int process = await executor.SubmitAsync(Interrupting.Late, point.For());
        Visitor late = await point.NextAsync();
        late.LetGo();
        Assert.Equal("interrupted", await late.HearAsync());

        Assert.Equal(1, await executor.SubmitAsync(Timing.SleepFor, 1));

        Assert.Equal(process, await executor.SubmitAsync(Basics.ProcessId));
    }
}
