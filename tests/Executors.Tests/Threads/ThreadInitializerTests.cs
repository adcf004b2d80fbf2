using Offloop.Telemetry;

namespace Offloop.Tests.Threads;

/// <summary>The initializer of the threads of a pool.</summary>
public sealed class ThreadInitializerTests : IDisposable
{
    private static readonly ThreadPoolOptions s_one = new() { MaxWorkers = 1 };
    private static readonly ThreadPoolOptions s_impatient = s_one with
    {
        StartTimeout = TimeSpan.FromMilliseconds(50),
        CancellationGrace = TimeSpan.FromMilliseconds(50),
    };

    private readonly string _licence = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_licence);

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H96")]
    public async Task Each_thread_runs_it_once_before_its_first_task()
    {
        await using var meetings = new MeetingPoint();
        await using var pool = new ThreadPoolExecutor(
            new ThreadPoolOptions { MaxWorkers = 3, Initializer = WorkerInitializer.Create(Prepared.Prepare, "given") });

        Task<int>[] blockers = [.. Enumerable.Range(0, 2).Select(_ => pool.SubmitAsync(Rendezvous.Wait, meetings.For()))];
        Visitor[] visitors = await meetings.NextAsync(2);
        var last = await pool.SubmitAsync(Prepared.Look);
        Array.ForEach(visitors, static visitor => visitor.LetGo());
        await Task.WhenAll(blockers);

        Assert.Equal((1, "given"), (last.Times, last.Given));
        foreach (var seen in await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => pool.SubmitAsync(Prepared.Look))))
            Assert.Equal((1, "given"), (seen.Times, seen.Given));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task That_of_the_worker_runs_before_that_of_the_thread_and_the_one_that_throws_is_named()
    {
        await using var pool = new ThreadPoolExecutor(s_one with
        {
            Initializer = WorkerInitializer.Create(Prepared.Prepare, "of the worker"),
            ThreadInitializer = WorkerInitializer.Create(Prepared.Prepare, "of the thread"),
        });
        var seen = await pool.SubmitAsync(Prepared.Look);
        Assert.Equal((2, "of the thread"), (seen.Times, seen.Given));

        await using var broken = new ThreadPoolExecutor(s_one with
        {
            Initializer = WorkerInitializer.Create(Prepared.Prepare, "of the worker"),
            ThreadInitializer = WorkerInitializer.Create(Supervised.FailToInitialize),
        });
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => broken.SubmitAsync(Prepared.Look));
        Assert.Contains("thread initializer Offloop.SampleTasks.Supervised.FailToInitialize", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_thread_that_replaces_an_abandoned_one_runs_it_too()
    {
        await using var meetings = new MeetingPoint();
        await using var pool = new ThreadPoolExecutor(s_one with
        {
            CancellationGrace = TimeSpan.FromMilliseconds(50),
            Initializer = WorkerInitializer.Create(Prepared.Prepare, "given"),
        });
        var first = await pool.SubmitAsync(Prepared.Look);
        var limit = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) };
        await Assert.ThrowsAsync<TaskTimeoutException>(() => pool.SubmitAsync(Rendezvous.Wait, meetings.For(), limit));

        var second = await pool.SubmitAsync(Prepared.Look);

        Assert.Equal((1, "given"), (second.Times, second.Given));
        Assert.NotEqual(first.Thread, second.Thread);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H96")]
    public async Task One_that_always_throws_breaks_the_pool_with_its_own_words()
    {
        var pool = new ThreadPoolExecutor(s_one with { Initializer = WorkerInitializer.Create(Supervised.FailToInitialize) });

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1));

        Assert.Contains("there is no licence", error.Message, StringComparison.Ordinal);
        Assert.Equal(FailureCause.StartFailure, error.Failure.Cause);
        await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1));
        Assert.Equal(ExecutorState.Broken, pool.GetSnapshot().State);
        await pool.DisposeAsync();
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_pool_whose_threads_cannot_start_for_a_while_recovers()
    {
        using var log = new TestLog();
        var listener = new TestListener(hearsTasks: false);
        await using var pool = new ThreadPoolExecutor(s_one with
        {
            Initializer = WorkerInitializer.Create(Supervised.InitializeOnceFileExists, _licence),
            LoggerFactory = log,
            Listeners = [listener],
        });
        Task<int> task = pool.SubmitAsync(Basics.Square, 3);
        await log.LineAsync("could not be started", "the licence is missing");
        await listener.EventAsync<ExecutorStateChanged>(static changed => changed.State == ExecutorState.Degraded);

        await File.WriteAllTextAsync(_licence, "");

        Assert.Equal(9, await task);
        await listener.EventAsync<ExecutorStateChanged>(static changed => changed.State == ExecutorState.Open);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_ready_thread_goes_on_while_others_cannot_start()
    {
        await File.WriteAllTextAsync(_licence, "");
        using var log = new TestLog();
        await using var meetings = new MeetingPoint();
        await using var pool = new ThreadPoolExecutor(new ThreadPoolOptions
        {
            MaxWorkers = 2,
            CancellationGrace = TimeSpan.FromMilliseconds(50),
            LoggerFactory = log,
            Initializer = WorkerInitializer.Create(Supervised.InitializeOnceFileExists, _licence),
        });
        await Waiting.UntilAsync(
            () => pool.GetSnapshot().Workers.Count(static worker => worker.State == WorkerState.Idle) == 2, "both are ready");
        File.Delete(_licence);
        var limit = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) };
        await Assert.ThrowsAsync<TaskTimeoutException>(() => pool.SubmitAsync(Rendezvous.Wait, meetings.For(), limit));
        await log.LineAsync("could not be started", "the licence is missing");

        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await Waiting.UntilAsync(() => pool.GetSnapshot().State == ExecutorState.Degraded, "the pool is degraded");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task One_that_does_not_return_in_time_keeps_its_place_and_is_used_when_it_does()
    {
        var listener = new TestListener(hearsTasks: false);
        await using var meetings = new MeetingPoint();
        await using var pool = new ThreadPoolExecutor(s_impatient with
        {
            Initializer = WorkerInitializer.Create(Supervised.InitializeWhenLetGo, meetings.For()),
            Listeners = [listener],
        });
        Visitor initializer = await meetings.NextAsync();
        Task<int> task = pool.SubmitAsync(Basics.Square, 3);
        WorkerStartFailed failed = await listener.EventAsync<WorkerStartFailed>();
        Assert.False(failed.IsDeterministic);
        Assert.Contains("StartTimeout of 0.05 s", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(WorkerState.Starting, Assert.Single(pool.GetSnapshot().Workers).State);

        initializer.LetGo();

        Assert.Equal(9, await task);
        await listener.EventAsync<ExecutorStateChanged>(static changed => changed.State == ExecutorState.Open);
        Assert.False(meetings.HasVisitor); // it ran once
        Assert.Single(listener.Heard.OfType<WorkerStartFailed>());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Tasks_fail_after_the_patience_if_it_never_returns()
    {
        await using var meetings = new MeetingPoint();
        var pool = new ThreadPoolExecutor(s_impatient with
        {
            StartPatience = TimeSpan.FromMilliseconds(50),
            Initializer = WorkerInitializer.Create(Supervised.InitializeWhenLetGo, meetings.For()),
        });

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 3));

        Assert.Contains("has not returned within the StartTimeout", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExecutorState.Degraded, pool.GetSnapshot().State);
        await pool.DisposeAsync(); // waits for no initializer
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task It_runs_in_clean_surroundings_and_leaves_none_behind()
    {
        Surrounded.Local.Value = "set by the test";
        await using var pool = new ThreadPoolExecutor(s_one with { Initializer = WorkerInitializer.Create(Prepared.Surround) });
        Found found = (await pool.SubmitAsync(Prepared.Found))!;
        Found next = await pool.SubmitAsync(Surrounded.Look);

        Assert.Null(found.Local);
        Assert.Null(found.Synchronization);
        Assert.Equal(("1.5", "Offloop worker 1"), await pool.SubmitAsync(Surrounded.Write));
        Assert.Null(next.Local);
        Assert.Null(next.Synchronization);
        Assert.Null(next.Parent);
        Assert.True(next.IsDefaultPriority);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Its_argument_is_shared_unless_payloads_are_copied(bool roundTrip, int entries)
    {
        List<int> argument = [];
        await using var pool = new ThreadPoolExecutor(
            s_one with { RoundTripPayloads = roundTrip, Initializer = WorkerInitializer.Create(Prepared.Enter, argument) });
        await pool.SubmitAsync(Basics.Square, 1);
        Assert.Equal(entries, argument.Count);
    }

    [Fact]
    public void An_argument_that_would_lose_data_in_a_process_is_refused()
    {
        var initializer = WorkerInitializer.Create(Formats.Start, Temperature.FromKelvin(5));
        Assert.Throws<ArgumentException>(() => new ThreadPoolExecutor(s_one with { Initializer = initializer }));
    }
}
