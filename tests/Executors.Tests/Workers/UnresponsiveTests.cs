using System.Globalization;

namespace Offloop.Tests.Workers;

public sealed class UnresponsiveTests : SupervisionTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_stopped_worker_is_killed_and_its_task_told()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { HeartbeatTimeout = s_patience });
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        Signal(visitor.ProcessId, "STOP");

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal(FailureCause.Unresponsive, error.Failure.Cause);
        Assert.Equal(TaskPhase.Running, error.Failure.Phase);
        Assert.DoesNotContain("out-of-memory", error.Message, StringComparison.Ordinal);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_stopped_while_idle_is_replaced()
    {
        var pool = new ProcessPoolExecutor(One with { HeartbeatTimeout = s_patience });
        int process = await pool.SubmitAsync(Basics.ProcessId);

        Signal(process, "STOP");

        await UntilAsync(
            pool, snapshot => snapshot.Workers.Any(worker => worker.State == WorkerState.Idle && worker.ProcessId != process),
            "another has taken its place");
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_stops_its_own_process_at_once_ends_at_its_timeout()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a signal of Unix.");
        const int Workers = 4; // a start may be told in time all the same: one of several is not
        await using var point = new MeetingPoint();
        Meeting meeting = point.For();
        var pool = new ProcessPoolExecutor(One with
        {
            MinWorkers = Workers,
            MaxWorkers = Workers,
            CancellationGrace = TimeSpan.FromMilliseconds(100),
            HeartbeatTimeout = Timeout.InfiniteTimeSpan,
        });
        Task[] compiled = [.. Enumerable.Range(0, Workers).Select(_ => pool.SubmitAsync(Supervised.StopAndWait, (false, meeting)))];
        foreach (Visitor visitor in await point.NextAsync(Workers))
            visitor.LetGo();
        await Task.WhenAll(compiled);
        int[] processes = Processes(pool);
        var options = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(500) };

        Task[] tasks = [.. Enumerable.Range(0, Workers).Select(_ => pool.SubmitAsync(Supervised.StopAndWait, (true, meeting), options))];

        foreach (Task task in tasks)
            Assert.Equal(TaskPhase.Running, (await Assert.ThrowsAsync<TaskTimeoutException>(() => task)).Failure.Phase);
        foreach (int process in processes)
            await Waiting.UntilGoneAsync(process);
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(true)]
    [InlineData(false, Explicit = true)]
    public async Task Ends_that_were_not_told_before_the_next_task_stopped_the_process_count(bool nextHasTimeout)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a signal of Unix.");
        const int Rounds = 4; // an end may be told in time all the same: one of several is not
        await using var point = new MeetingPoint();
        Meeting meeting = point.For();
        var pool = new ProcessPoolExecutor(One with { CancellationGrace = TimeSpan.FromMilliseconds(100), HeartbeatTimeout = s_patience });
        var options = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(500), CrashRetries = 1 };
        for (int i = 0; i < Rounds; i++)
        {
            Task compiled = pool.SubmitAsync(Supervised.StopAndWait, (false, meeting));
            (await point.NextAsync()).LetGo();
            await compiled;
            for (int j = 0; j < 10; j++) // so many are short that several are sent together
                await Task.WhenAll(Enumerable.Range(0, 100).Select(i => pool.SubmitAsync(Basics.Square, i)));
            int process = await pool.SubmitAsync(Basics.ProcessId);

            Task<int>[] ended = [.. Enumerable.Range(0, 3).Select(i => pool.SubmitAsync(Basics.Square, i, options))];
            Task stopped = pool.SubmitAsync(Supervised.StopAndWait, (true, meeting), nextHasTimeout ? options : null);

            int[] results = await Task.WhenAll(ended);
            Assert.Equal([0, 1, 4], results);
            TaskFailure failure = nextHasTimeout
                ? (await Assert.ThrowsAsync<TaskTimeoutException>(() => stopped)).Failure
                : (await Assert.ThrowsAsync<WorkerLostException>(() => stopped)).Failure;
            FailureCause cause = nextHasTimeout ? FailureCause.Timeout : FailureCause.Unresponsive; // and not a crash
            Assert.Equal((cause, TaskPhase.Running, (int?)process), (failure.Cause, failure.Phase, failure.ProcessId));
            await Waiting.UntilGoneAsync(process);
        }
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Tasks_that_ended_in_time_while_their_caller_was_stopped_have_not_timed_out()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a signal of Unix.");
        const int Tasks = 3;
        var timeout = TimeSpan.FromSeconds(3);
        await using var point = new MeetingPoint();
        var outer = new ProcessPoolExecutor(One with { HeartbeatTimeout = Timeout.InfiniteTimeSpan });
        Task<int> timedOut = outer.SubmitAsync(Pausing.CountTimeoutsAsync, (point.For(), Tasks, timeout));
        Visitor[] visitors = await point.NextAsync(Tasks);
        int caller = int.Parse(visitors[0].Label, CultureInfo.InvariantCulture);

        Signal(caller, "STOP");
        foreach (Visitor visitor in visitors)
            visitor.LetGo();
        await Task.Delay(timeout); // all this time is to pass, for a clock that cannot be moved from here
        Signal(caller, "CONT");

        Assert.Equal(0, await timedOut);
        await EndAsync(outer);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_blocks_its_thread_or_the_whole_thread_pool_answers(bool poolToo)
    {
        await using var point = new MeetingPoint();
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { HeartbeatTimeout = s_patience / 3, LoggerFactory = log });
        Task<int> task = pool.SubmitAsync(poolToo ? (Func<Meeting, int>)Blocking.WithoutPoolThreads : Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        TimeSpan age = pool.GetSnapshot().Workers[0].Age;

        await UntilAsync(pool, snapshot => snapshot.Workers[0].Age - age > s_patience, "several heartbeats have passed");
        visitor.LetGo();

        Assert.Equal(visitor.ProcessId, await task);
        Assert.DoesNotContain(log.Lines, line => line.Contains("is killed", StringComparison.Ordinal));
        await EndAsync(pool);
    }
}
