namespace Offloop.Tests.Workers.Threaded;

/// <summary>What one task does to those that run beside it in its worker.</summary>
public sealed class NeighbourTests : ThreadedTests
{
    private static readonly SubmitOptions s_short = new() { Timeout = TimeSpan.FromMilliseconds(500) };

    private static ProcessPoolOptions Hasty(int threads) => OneOf(threads) with { CancellationGrace = TimeSpan.FromMilliseconds(50) };

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G77")]
    public async Task A_crash_costs_the_tasks_beside_it_and_each_is_told_its_phase_and_who_they_were()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(3));
        (Task<int>[] tasks, _) = await BesideAsync(pool, point, 2);
        Task guilty = pool.SubmitAsync(Together.WaitAndSegfault, point.For("guilty"));
        (await point.NextAsync()).LetGo();

        foreach ((Task task, int index) in tasks.Append(guilty).Select(static (task, index) => (task, index)))
        {
            var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
            Assert.Equal((FailureCause.Crash, TaskPhase.Running), (error.Failure.Cause, error.Failure.Phase));
            Assert.Null(error.Failure.EndedBy);
            long[] others = [.. error.Failure.SharedWith.Select(static other => other.TaskId)];
            Assert.Equal(new long[] { 1, 2, 3 }.Where(id => id != index + 1), others.Order());
            Assert.Contains("Beside it ran '", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task After_a_crash_each_task_with_a_retry_runs_alone_so_that_the_guilty_one_is_found()
    {
        await using var point = new MeetingPoint();
        var retry = new SubmitOptions { CrashRetries = 1 };
        var pool = new ProcessPoolExecutor(OneOf(3));
        (Task<int>[] tasks, Visitor[] first) = await BesideAsync(pool, point, 2, retry);
        Task guilty = pool.SubmitAsync(Together.WaitAndSegfault, point.For("guilty"), retry);
        (await point.NextAsync()).LetGo();

        var processes = new HashSet<int>();
        for (int i = 0; i < 3; i++) // in the order of their numbers: the guilty one comes last
        {
            Visitor visitor = await point.NextAsync();
            Assert.Equal((i == 2 ? "guilty" : "beside", 1), (visitor.Label, pool.GetSnapshot().Running));
            Assert.False(point.HasVisitor);
            processes.Add(visitor.ProcessId);
            visitor.LetGo();
        }

        await Task.WhenAll(tasks);
        var error = await Assert.ThrowsAsync<WorkerLostException>(() => guilty);
        Assert.Empty(error.Failure.SharedWith);
        Assert.Equal([1, 2], error.Failure.Attempts.Select(static attempt => attempt.Attempt));
        Assert.DoesNotContain(first[0].ProcessId, processes);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Tasks_that_have_to_run_alone_do_so_in_one_worker_while_the_other_goes_on()
    {
        await using var point = new MeetingPoint();
        await using var flow = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(2) with { MaxWorkers = 2 });
        (Task<int>[] tasks, Visitor[] before) = await BesideAsync(pool, point, 2, new SubmitOptions { CrashRetries = 1 });
        Task<int>[] others = [.. Enumerable.Range(0, 6).Select(_ => pool.SubmitAsync(Rendezvous.Wait, flow.For()))];
        Visitor[] running = await flow.NextAsync(2);

        Signal(before[0].ProcessId, "KILL");

        int? process = null;
        for (int i = 0; i < 2; i++)
        {
            Visitor alone = await point.NextAsync();
            Assert.Equal(process ??= alone.ProcessId, alone.ProcessId);
            foreach (Visitor other in running)
                other.LetGo();
            running = await flow.NextAsync(2);
            Assert.DoesNotContain(running, other => other.ProcessId == alone.ProcessId);
            Assert.False(point.HasVisitor);
            alone.LetGo();
            Assert.Equal(alone.ProcessId, await tasks[i]);
        }
        await flow.DisposeAsync();
        await Task.WhenAll(others.Select(static other => other.ContinueWith(static _ => { }, TaskScheduler.Default)));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F54")]
    public async Task A_task_that_does_not_end_is_given_up_at_once_and_those_beside_it_finish()
    {
        await using var point = new MeetingPoint();
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(Hasty(3) with { LoggerFactory = log });
        (Task<int>[] tasks, Visitor[] visitors) = await BesideAsync(pool, point, 2);
        Task stuck = pool.SubmitAsync(Rendezvous.Loop, point.For("stuck"), s_short);

        var error = await Assert.ThrowsAsync<TaskTimeoutException>(() => stuck);

        int process = error.Failure.ProcessId!.Value;
        Assert.Equal((2, (long?)3), (error.Failure.SharedWith.Count, error.Failure.EndedBy));
        Assert.Equal((2, 1), (pool.GetSnapshot().Running, pool.GetSnapshot().AbandonedThreads));
        Assert.NotEqual(process, await pool.SubmitAsync(Basics.ProcessId)); // the replacement works before the old one is gone
        Assert.True(Waiting.IsAlive(process));
        visitors[0].LetGo();
        Assert.Equal(process, await tasks[0]);
        Assert.True(Waiting.IsAlive(process));
        visitors[1].LetGo();
        Assert.Equal(process, await tasks[1]);
        await Waiting.UntilGoneAsync(process);
        await log.LineAsync("is killed when its other tasks have ended, in 30 s at the latest: task 3 did not end in time");
        await UntilAsync(pool, static now => now.AbandonedThreads == 0, "no thread is counted");
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Those_beside_it_that_do_not_finish_within_the_grace_are_lost_and_told_why()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Hasty(3) with { NeighbourGrace = TimeSpan.FromMilliseconds(200) });
        (Task<int>[] tasks, Visitor[] visitors) = await BesideAsync(pool, point, 1);
        Task<int> again = pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For("again"), new SubmitOptions { CrashRetries = 1 });
        _ = await point.NextAsync();
        using var cancellation = new CancellationTokenSource();
        Task stuck = pool.SubmitAsync(Rendezvous.Loop, point.For("stuck"), cancellationToken: cancellation.Token);
        _ = await point.NextAsync();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stuck);
        var error = await Assert.ThrowsAsync<WorkerLostException>(() => tasks[0]);

        Assert.Equal(
            (FailureCause.Cancellation, TaskPhase.Running, (long?)3), (error.Failure.Cause, error.Failure.Phase, error.Failure.EndedBy));
        Assert.Contains("was killed because task 3 had not ended in time while running", error.Message, StringComparison.Ordinal);
        // It is not to blame, so it may run beside others again.
        Visitor second = await point.NextAsync();
        Assert.Equal(2, second.Attempt);
        Assert.NotEqual(visitors[0].ProcessId, second.ProcessId);
        (Task<int>[] beside, Visitor[] company) = await BesideAsync(pool, point, 1);
        Assert.Equal(second.ProcessId, company[0].ProcessId);
        second.LetGo();
        company[0].LetGo();
        await Task.WhenAll(again, beside[0]);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_whose_tasks_all_do_not_end_is_killed_at_once()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Hasty(2));
        Task[] stuck = [.. Enumerable.Range(0, 2).Select(_ => pool.SubmitAsync(Rendezvous.Loop, point.For(), s_short))];
        Visitor[] visitors = await point.NextAsync(2);

        foreach (Task task in stuck)
            await Assert.ThrowsAsync<TaskTimeoutException>(() => task);

        await Waiting.UntilGoneAsync(visitors[0].ProcessId);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_ends_after_it_was_given_up_changes_nothing_and_its_worker_leaves()
    {
        await using var point = new MeetingPoint();
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(Hasty(2) with { LoggerFactory = log });
        (Task<int>[] tasks, Visitor[] visitors) = await BesideAsync(pool, point, 1);
        Task<int> late = pool.SubmitAsync(Rendezvous.Wait, point.For("late"), s_short);
        Visitor visitor = await point.NextAsync();
        await Assert.ThrowsAsync<TaskTimeoutException>(() => late);

        visitor.LetGo();
        await UntilAsync(pool, static now => now.AbandonedThreads == 0, "the thread is free");
        Assert.True(Waiting.IsAlive(visitor.ProcessId));
        visitors[0].LetGo();

        await tasks[0];
        await log.LineAsync("has left");
        Assert.DoesNotContain(log.Lines, static line => line.Contains("which it does not have", StringComparison.Ordinal));
        Assert.Equal((1, 1), (pool.GetSnapshot().Succeeded, pool.GetSnapshot().TimedOut));
        await EndAsync(pool);
    }

    /// <summary>Nobody waits for any of it, and it must neither break the pipes nor reach the caller.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task What_a_task_sends_after_it_was_given_up_is_dropped()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Hasty(3));
        (Task<int>[] tasks, Visitor[] visitors) = await BesideAsync(pool, point, 1);
        List<int> progress = [], items = [];
        SubmitOptions options = s_short with { Progress = TaskProgress.Create<int>(progress.Add) };
        Task stream = Assert.ThrowsAsync<TaskTimeoutException>(async () =>
        {
            await foreach (byte[] item in pool.StreamAsync(Together.SendOn, point.For(), options))
                items.Add(item.Length);
        });
        Visitor streaming = await point.NextAsync();
        Task<byte[]> large = pool.SubmitAsync(Together.WaitAndReturnMuch, point.For(), s_short);
        Visitor returning = await point.NextAsync();
        await stream;
        await Assert.ThrowsAsync<TaskTimeoutException>(() => large);

        streaming.LetGo();
        returning.LetGo();
        await UntilAsync(pool, static now => now.AbandonedThreads == 0, "both have ended");
        visitors[0].LetGo();

        Assert.Equal(visitors[0].ProcessId, await tasks[0]);
        Assert.Equal((1, 0), (items.Count, progress.Count));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G75")]
    public async Task An_exit_says_which_task_called_for_it()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(3));
        (Task<int>[] tasks, _) = await BesideAsync(pool, point, 2);
        Task exits = pool.SubmitAsync(Rendezvous.WaitAndExit, (point.For("exits"), 139));
        (await point.NextAsync()).LetGo();

        var own = await Assert.ThrowsAsync<WorkerLostException>(() => exits);
        var other = await Assert.ThrowsAsync<WorkerLostException>(() => tasks[0]);

        Assert.Equal((139, (long?)3), (own.Failure.ExitCode, own.Failure.EndedBy));
        Assert.Contains("exited with code 139, because this task called Environment.Exit,", own.Message, StringComparison.Ordinal);
        Assert.Equal((FailureCause.Exit, (long?)3), (other.Failure.Cause, other.Failure.EndedBy));
        Assert.Contains("exited with code 139, because task 3 called Environment.Exit,", other.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<WorkerLostException>(() => tasks[1]);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H94")]
    public async Task A_kill_over_the_memory_limit_names_all_that_ran_and_blames_none()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(2) with { MaxWorkerMemory = 256 << 20 });
        (Task<int>[] tasks, _) = await BesideAsync(pool, point, 1);
        Task<int> greedy = pool.SubmitAsync(Supervised.LeakAndWait, (400, point.For()));

        foreach (Task task in new[] { tasks[0], greedy })
        {
            var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
            TaskFailure facts = error.Failure;
            Assert.Equal((FailureCause.MemoryLimit, (long?)null, 1), (facts.Cause, facts.EndedBy, facts.SharedWith.Count));
        }
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_pool_with_a_task_that_does_not_end_is_drained_and_leaves_nothing()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Hasty(2));
        (Task<int>[] tasks, Visitor[] visitors) = await BesideAsync(pool, point, 1);
        Task stuck = pool.SubmitAsync(Rendezvous.Loop, point.For("stuck"), s_short);
        await Assert.ThrowsAsync<TaskTimeoutException>(() => stuck);

        Task ended = EndAsync(pool); // the pool waits for the task beside it
        Assert.False(tasks[0].IsCompleted);
        visitors[0].LetGo();

        Assert.Equal(visitors[0].ProcessId, await tasks[0]);
        await ended;
        Assert.False(Waiting.IsAlive(visitors[0].ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_shutdown_by_force_spares_nobody()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Hasty(3));
        (Task<int>[] tasks, Visitor[] visitors) = await BesideAsync(pool, point, 2);
        Task stuck = pool.SubmitAsync(Rendezvous.Loop, point.For("stuck"));
        _ = await point.NextAsync();

        await pool.ShutdownAsync(ShutdownMode.Kill);

        foreach (Task task in tasks.Append(stuck))
        {
            var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
            Assert.Equal(FailureCause.Shutdown, error.Failure.Cause);
        }
        Assert.False(Waiting.IsAlive(visitors[0].ProcessId));
        await EndAsync(pool);
    }
}
