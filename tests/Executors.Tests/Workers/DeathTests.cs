namespace Offloop.Tests.Workers;

/// <summary>The ways in which a task can end its process, and the facts that its caller gets.</summary>
public sealed class DeathTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G70")]
    [Trait("Conformance", "G71")]
    [Trait("Conformance", "G72")]
    public async Task A_worker_killed_from_outside_costs_its_task_alone()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Two);
        Task<int>[] running = [
            pool.SubmitAsync(Rendezvous.Wait, point.For("first")), pool.SubmitAsync(Rendezvous.Wait, point.For("second"))];
        Visitor[] visitors = await point.NextAsync(2);
        Task<int>[] queued = [.. Enumerable.Range(0, 20).Select(value => pool.SubmitAsync(Basics.Square, value))];

        Signal(visitors[0].ProcessId, "KILL");

        int killed = visitors[0].Label == "first" ? 0 : 1;
        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => running[killed])).Failure;
        Assert.Equal((FailureCause.Crash, TaskPhase.Running, "SIGKILL"), (facts.Cause, facts.Phase, facts.ProbableSignal));
        Assert.Equal((visitors[0].ProcessId, 1), (facts.ProcessId, facts.Attempt));
        Assert.NotNull(facts.WorkerId);
        Assert.Equal(Enumerable.Range(0, 20).Select(value => value * value), await Task.WhenAll(queued)); // the other worker is still busy
        Assert.False(running[1 - killed].IsCompleted);
        visitors[1].LetGo();
        Assert.Equal(visitors[1].ProcessId, await running[1 - killed]);
        Assert.DoesNotContain(visitors[0].ProcessId, Processes(pool));
        Assert.Equal(1, pool.GetSnapshot().Lost);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G71")]
    [Trait("Conformance", "G75")]
    public async Task A_task_that_exits_is_told_with_its_code_and_last_words()
    {
        WorkerLostException error = await DieAsync(pool => pool.SubmitAsync(Crashing.ComplainAndExit, ("enough", 3)));
        Assert.Equal((FailureCause.Exit, 3, null), (error.Failure.Cause, error.Failure.ExitCode, error.Failure.ProbableSignal));
        Assert.Equal("enough", error.Failure.StandardErrorTail);
        Assert.Contains("exited with code 3 while running '", error.Message, StringComparison.Ordinal);
        Assert.Contains("enough", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G75")]
    public async Task An_exit_with_a_code_like_a_signals_is_an_exit()
    {
        WorkerLostException error = await DieAsync(pool => pool.SubmitAsync(Crashing.Exit, 137));
        Assert.Equal((FailureCause.Exit, 137, null), (error.Failure.Cause, error.Failure.ExitCode, error.Failure.ProbableSignal));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G71")]
    public async Task A_fail_fast_is_a_crash_with_its_message()
    {
        WorkerLostException error = await DieAsync(pool => pool.SubmitAsync(Crashing.FailFast, "beyond repair"));
        Assert.Equal(FailureCause.Crash, error.Failure.Cause);
        Assert.Contains("beyond repair", error.Failure.StandardErrorTail, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G71")]
    public async Task A_stack_overflow_is_a_crash()
    {
        WorkerLostException error = await DieAsync(pool => pool.SubmitAsync(Crashing.Overflow, 0));
        Assert.Equal(FailureCause.Crash, error.Failure.Cause);
        Assert.Contains("Crashing.Overflow", error.Failure.StandardErrorTail, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G74")]
    public async Task A_fault_in_native_code_is_a_crash()
    {
        WorkerLostException error = await DieAsync(pool => pool.SubmitAsync(Crashing.Segfault));
        Assert.Equal(FailureCause.Crash, error.Failure.Cause);
        Assert.NotNull(error.Failure.ProbableSignal);
        Assert.Contains("crashed", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G81")]
    public async Task An_exception_that_nobody_catches_on_another_thread_is_a_crash_with_its_text()
    {
        WorkerLostException error = await DieAsync(pool => pool.SubmitAsync(Crashing.ThrowInBackground, "nobody catches this"));
        Assert.Equal(FailureCause.Crash, error.Failure.Cause);
        Assert.Contains("nobody catches this", error.Failure.StandardErrorTail, StringComparison.Ordinal);
    }

    /// <summary>Runs a task that ends its process, with tasks around it. It fails alone, and the next task finds another process.</summary>
    private static async Task<WorkerLostException> DieAsync(Func<Executor, Task> submit)
    {
        var pool = new ProcessPoolExecutor(One);
        int process = await pool.SubmitAsync(Basics.ProcessId);
        Task deadly = submit(pool);
        Task<int> next = pool.SubmitAsync(Basics.ProcessId);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => deadly);

        Assert.Equal((TaskPhase.Running, process), (error.Failure.Phase, error.Failure.ProcessId));
        Assert.NotEqual(process, await next);
        await Waiting.UntilGoneAsync(process);
        await EndAsync(pool);
        return error;
    }
}
