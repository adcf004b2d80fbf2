using Offloop.Telemetry;

namespace Offloop.Tests.Workers;

public sealed class StartFailureTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H96")]
    public async Task The_initializer_runs_once_in_each_worker_before_its_first_task()
    {
        var pool = new ProcessPoolExecutor(One with { Initializer = WorkerInitializer.Create(Supervised.Initialize, 7) });

        Assert.Equal(7, await pool.SubmitAsync(Supervised.Initialized));
        Assert.Equal(7, await pool.SubmitAsync(Supervised.Initialized));
        await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Crashing.Exit, 1));
        Assert.Equal(7, await pool.SubmitAsync(Supervised.Initialized));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H96")]
    [Trait("Conformance", "G84")]
    public async Task A_failing_initializer_breaks_the_pool_with_its_own_words()
    {
        var pool = new ProcessPoolExecutor(One with { Initializer = WorkerInitializer.Create(Supervised.FailToInitialize) });
        Task<int>[] waiting = [.. Enumerable.Range(0, 3).Select(i => pool.SubmitAsync(Basics.Square, i))];

        foreach (Task<int> task in waiting)
        {
            var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => task);
            Assert.Contains("there is no licence", error.Message, StringComparison.Ordinal);
            Assert.Equal(FailureCause.StartFailure, error.Failure.Cause);
        }
        await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1));
        await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.RecycleAsync());
        ExecutorSnapshot snapshot = pool.GetSnapshot();
        Assert.Equal(ExecutorState.Broken, snapshot.State);
        Assert.Contains("5 starts in a row", snapshot.StateReason, StringComparison.Ordinal);
        Assert.Contains("there is no licence", snapshot.StateReason, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    public async Task Workers_that_die_of_nothing_are_replaced_and_break_nothing()
    {
        var listener = new TestListener(hearsTasks: false);
        var pool = new ProcessPoolExecutor(
            One with { Initializer = WorkerInitializer.Create(Supervised.EndSoon), Listeners = [listener] });

        for (int i = 1; i <= 6; i++) // five failed starts would break it
            await listener.EventAsync<WorkerEnded>(ended => !ended.Expected && ended.WorkerId == i);

        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3, new SubmitOptions { CrashRetries = 100 }));
        Assert.Empty(listener.Heard.OfType<ExecutorStateChanged>());
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_pool_whose_starts_fail_for_a_while_recovers()
    {
        string licence = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var log = new TestLog();
        var initializer = WorkerInitializer.Create(Supervised.InitializeOnceFileExists, licence);
        var pool = new ProcessPoolExecutor(One with { Initializer = initializer, LoggerFactory = log });
        Task<int> task = pool.SubmitAsync(Basics.Square, 3);
        await log.LineAsync("could not be started", "the licence is missing");

        await File.WriteAllTextAsync(licence, "");

        Assert.Equal(9, await task);
        File.Delete(licence);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H92")]
    public async Task A_replacement_that_cannot_start_fails_the_waiting_tasks_with_its_cause()
    {
        string licence = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(licence, "");
        var initializer = WorkerInitializer.Create(Supervised.InitializeOnceFileExists, licence);
        var pool = new ProcessPoolExecutor(One with { Initializer = initializer, StartPatience = TimeSpan.FromSeconds(1) });
        await pool.SubmitAsync(Basics.Square, 1);
        File.Delete(licence);

        Task lost = pool.SubmitAsync(Crashing.Exit, 1);
        Task<int> waiting = pool.SubmitAsync(Basics.Square, 2);

        await Assert.ThrowsAsync<WorkerLostException>(() => lost);
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => waiting);
        Assert.Contains("the licence is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExecutorState.Degraded, pool.GetSnapshot().State); // it once had a worker: that is not for good
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G84")]
    public async Task A_working_directory_that_does_not_exist_is_named()
    {
        string missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var pool = new ProcessPoolExecutor(One with { WorkingDirectory = missing });

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1));

        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H99")]
    public async Task The_environment_and_the_directory_are_set_before_any_code_runs()
    {
        string directory = Path.GetTempPath().TrimEnd('/');
        var environment = new Dictionary<string, string?> { ["OFFLOOP_TEST"] = "set", ["DOTNET_gcServer"] = null };
        var pool = new ProcessPoolExecutor(One with
        {
            Environment = environment,
            WorkingDirectory = directory,
            ProcessPriority = System.Diagnostics.ProcessPriorityClass.BelowNormal
        });

        Assert.Equal("set", await pool.SubmitAsync(Standard.Variable, "OFFLOOP_TEST"));
        Assert.Equal(directory, await pool.SubmitAsync(Standard.Directory));
        using var worker = System.Diagnostics.Process.GetProcessById(await pool.SubmitAsync(Basics.ProcessId));
        Assert.Equal(System.Diagnostics.ProcessPriorityClass.BelowNormal, worker.PriorityClass);
        await EndAsync(pool);
    }
}
