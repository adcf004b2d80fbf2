namespace Offloop.Tests;

/// <summary>The behaviour of executors whose tasks run in other processes, which can be killed.</summary>
public abstract class WorkerExecutorContractTests : OffloadingExecutorTests
{
    protected override async Task AssertEndedByForceAsync(Executor executor, Visitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        Assert.Null(await visitor.HearAsync());
        await Waiting.UntilGoneAsync(visitor.ProcessId);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A1")]
    public async Task Tasks_run_in_another_process() =>
        Assert.NotEqual(Environment.ProcessId, await SharedExecutor.SubmitAsync(Basics.ProcessId));

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F54")]
    [Trait("Conformance", "F56")]
    public async Task An_infinite_loop_is_killed_at_its_timeout()
    {
        await using Executor pool = Create(new ExecutorSetup { CancellationGrace = TimeSpan.Zero });

        var error = await Assert.ThrowsAsync<TaskTimeoutException>(
            () => pool.SubmitAsync(Timing.Spin, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) }));

        await Waiting.UntilGoneAsync(error.Failure.ProcessId!.Value);
        Assert.NotEqual(error.Failure.ProcessId, await pool.SubmitAsync(Basics.ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F64")]
    public async Task A_cooperative_task_leaves_its_process_alive()
    {
        await using var point = new MeetingPoint();
        await using Executor pool = Create(new ExecutorSetup { Clock = new ObservedClock() });
        int before = await pool.SubmitAsync(Basics.ProcessId);
        using var cancellation = new CancellationTokenSource();
        Task<int> task = pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For(), cancellationToken: cancellation.Token);
        await point.NextAsync();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);

        Assert.Equal(before, await pool.SubmitAsync(Basics.ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G83")]
    public async Task A_task_with_retries_is_run_again_and_knows_which_attempt_it_is()
    {
        await using Executor executor = Create(new ExecutorSetup());
        Assert.Equal(2, await executor.SubmitAsync(Crashing.SucceedAtAttempt, 2, new SubmitOptions { CrashRetries = 1 }));

        Task tooFew = executor.SubmitAsync(Crashing.SucceedAtAttempt, 3, new SubmitOptions { CrashRetries = 1 });
        Assert.Equal(2, (await Assert.ThrowsAsync<WorkerLostException>(() => tooFew)).Failure.Attempt);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G70")]
    public async Task Tasks_that_waited_behind_one_that_dies_are_run_elsewhere()
    {
        await using Executor executor = Create(new ExecutorSetup());
        // Short tasks travel together from now on.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(value => executor.SubmitAsync(Basics.Square, value)));

        Task<int>[] tasks = [.. Enumerable.Range(0, 60).Select(
            value => executor.SubmitAsync(value % 20 == 7 ? (Func<int, int>)Exit : Basics.Square, value))];
        await Task.WhenAny(Task.WhenAll(tasks));

        for (int value = 0; value < tasks.Length; value++)
        {
            if (value % 20 != 7)
                Assert.Equal(value * value, await tasks[value]);
            else
                Assert.Equal((FailureCause.Exit, TaskPhase.Running), (Facts(tasks[value]).Cause, Facts(tasks[value]).Phase));
        }

        static int Exit(int value)
        {
            Environment.Exit(3);
            return value;
        }

        static TaskFailure Facts(Task task) => Assert.IsType<WorkerLostException>(task.Exception!.InnerException).Failure;
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G70")]
    public async Task Short_tasks_that_ended_just_before_one_that_vanishes_keep_their_results()
    {
        await using Executor executor = Create(new ExecutorSetup());
        // Short tasks travel together from now on.
        await Task.WhenAll(Enumerable.Range(0, 500).Select(value => executor.SubmitAsync(Basics.Square, value)));

        // Twenty of them run in much less time than the worker gathers their ends.
        Task<int>[] tasks = [.. Enumerable.Range(0, 100).Select(
            value => executor.SubmitAsync(value % 20 == 19 ? (Func<int, int>)Crashing.Vanish : Basics.Square, value))];
        await Task.WhenAny(Task.WhenAll(tasks));

        for (int value = 0; value < tasks.Length; value++)
        {
            if (value % 20 != 19)
                Assert.Equal(value * value, await tasks[value]);
            else
                Assert.Equal(TaskPhase.Running, Assert.IsType<WorkerLostException>(tasks[value].Exception!.InnerException).Failure.Phase);
        }
    }
}
