namespace Offloop.Tests.Workers;

public sealed class CrashTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G79")]
    public async Task The_death_of_an_idle_worker_costs_no_task()
    {
        var pool = new ProcessPoolExecutor(One);
        for (int i = 0; i < 3; i++)
        {
            int process = await pool.SubmitAsync(Basics.ProcessId);
            Signal(process, "KILL");
            await UntilAsync(
                pool,
                snapshot => snapshot.Workers.Any(worker => worker.State == WorkerState.Idle && worker.ProcessId != process),
                "another has taken its place");
        }

        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        Assert.Equal(0, pool.GetSnapshot().Lost);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G77")]
    [Trait("Conformance", "G78")]
    public async Task A_worker_stopped_while_it_reads_a_large_argument_loses_that_task_alone()
    {
        var pool = new ProcessPoolExecutor(One);
        int process = await pool.SubmitAsync(Basics.ProcessId);
        Signal(process, "STOP"); // the pipe fills, and stays full
        Task<int> large = pool.SubmitAsync(Supervised.Length, new byte[100 << 20]);
        Task<int> next = pool.SubmitAsync(Basics.Square, 4);

        Signal(process, "KILL");

        // It had not started, so it is sent elsewhere and nobody notices.
        Assert.Equal(100 << 20, await large);
        Assert.Equal(16, await next);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G77")]
    [Trait("Conformance", "G78")]
    public async Task A_worker_killed_while_its_large_result_travels_loses_that_result()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        for (int i = 0; i < 5; i++)
        {
            Task<byte[]> task = pool.SubmitAsync(Supervised.Bytes, (200 << 20, point.For()));
            Visitor visitor = await point.NextAsync();
            Task<int> next = pool.SubmitAsync(Basics.Square, i);
            Signal(visitor.ProcessId, "KILL");

            var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
            Assert.Contains(error.Failure.Phase, new[] { TaskPhase.Running, TaskPhase.ResultLost });
            Assert.Equal(visitor.ProcessId, error.Failure.ProcessId);
            Assert.Equal(i * i, await next);
        }
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G73")]
    public async Task A_death_while_the_argument_is_read_is_a_death_of_that_task()
    {
        var pool = new ProcessPoolExecutor(One);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Supervised.TakeFatal, new FatalToRead()));

        Assert.Equal(TaskPhase.Running, error.Failure.Phase);
        Assert.Contains("reading ends it", error.Failure.StandardErrorTail, StringComparison.Ordinal);
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G73")]
    public async Task A_death_while_the_result_is_written_says_that_the_result_is_lost()
    {
        var pool = new ProcessPoolExecutor(One);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Supervised.MakeFatal));

        Assert.Equal(TaskPhase.ResultLost, error.Failure.Phase);
        Assert.Contains("writing ends it", error.Failure.StandardErrorTail, StringComparison.Ordinal);
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G78")]
    public async Task A_worker_that_leaves_its_pipes_and_lives_on_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The task finds its sockets in /proc.");
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task task = pool.SubmitAsync(Supervised.CloseSockets, point.For());
        Visitor visitor = await point.NextAsync();

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);

        Assert.Equal(FailureCause.ProtocolError, error.Failure.Cause);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G82")]
    public async Task A_kill_that_the_pool_did_not_send_hints_at_the_kernel()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Signal((await point.NextAsync()).ProcessId, "KILL");

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);

        Assert.Contains("out-of-memory killer", error.Message, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G82")]
    public async Task A_kill_by_the_pool_does_not()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, point.For());
        await point.NextAsync();

        await pool.ShutdownAsync(ShutdownMode.Kill);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal(FailureCause.Shutdown, error.Failure.Cause);
        Assert.DoesNotContain("out-of-memory", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G83")]
    public async Task A_task_that_keeps_killing_its_worker_ends_with_the_list_of_its_attempts()
    {
        var pool = new ProcessPoolExecutor(Two);
        Task poison = pool.SubmitAsync(Crashing.Exit, 7, new SubmitOptions { CrashRetries = 2 });
        Task<int>[] others = [.. Enumerable.Range(0, 50).Select(i => pool.SubmitAsync(Basics.Square, i))];

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => poison);

        Assert.Equal([1, 2, 3], error.Failure.Attempts.Select(attempt => attempt.Attempt));
        Assert.All(error.Failure.Attempts, attempt =>
        {
            Assert.Equal(FailureCause.Exit, attempt.Cause);
            Assert.Equal(TaskPhase.Running, attempt.Phase);
            Assert.Equal(7, attempt.ExitCode);
            Assert.True(attempt.Duration > TimeSpan.Zero);
        });
        Assert.Equal(3, error.Failure.Attempts.Select(attempt => attempt.ProcessId).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * i), await Task.WhenAll(others));
        await EndAsync(pool);
    }
}
