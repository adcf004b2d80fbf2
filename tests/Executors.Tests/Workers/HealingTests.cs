using Offloop.Protocol;
using Offloop.Telemetry;

namespace Offloop.Tests.Workers;

/// <summary>What surrounds a pool fails for a while: no task is lost that need not be, and the pool is whole afterwards.</summary>
public sealed class HealingTests : SupervisionTests, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly string _directory = Directory.CreateTempSubdirectory("o-").FullName;
    private readonly TestListener _listener = new(hearsTasks: false);
    private readonly TestLog _log = new();

    private string Switch => Path.Combine(_directory, "on");

    /// <summary>Its workers are killed while they start, as long as there is no switch.</summary>
    private ProcessPoolOptions Switched => One with
    {
        Initializer = WorkerInitializer.Create(Supervised.BeKilledUnlessFileExists, Switch),
        Listeners = [_listener],
        LoggerFactory = _log,
        StartPatience = s_patience,
    };

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _log.Dispose();
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G119")]
    public async Task Starts_that_are_killed_again_and_again_fail_tasks_after_the_patience_and_heal()
    {
        var pool = new ProcessPoolExecutor(Switched with { MinWorkers = 0 });
        DateTimeOffset made = pool.GetSnapshot().StateSince;

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1));
        Assert.Contains("StartPatience of 1 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("probably SIGKILL", error.Message, StringComparison.Ordinal);
        Assert.Equal((FailureCause.StartFailure, "SIGKILL"), (error.Failure.Cause, error.Failure.ProbableSignal));
        await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1)); // at once
        ExecutorSnapshot degraded = pool.GetSnapshot();
        Assert.Equal(ExecutorState.Degraded, degraded.State);
        Assert.Contains("probably SIGKILL", degraded.StateReason, StringComparison.Ordinal);
        Assert.True(degraded.StateSince > made);

        for (int i = 1; i <= 3; i++)
            await _listener.EventAsync<WorkerStartFailed>(failed => failed.WorkerId == i);
        await File.WriteAllTextAsync(Switch, "");
        await UntilAsync(pool, snapshot => snapshot.State == ExecutorState.Open, "the pool is whole, although nobody asks it for a worker");

        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        Assert.Equal((null, true), (pool.GetSnapshot().StateReason, pool.GetSnapshot().StateSince >= degraded.StateSince));
        Assert.Equal(
            [ExecutorState.Degraded, ExecutorState.Degraded, ExecutorState.Open],
            _listener.Heard.OfType<ExecutorStateChanged>().Select(static change => change.State));
        Assert.Collection(
            _log.Lines.Where(static line => !line.StartsWith("Debug", StringComparison.Ordinal)), // a line a change, and none a try
            static line => Assert.StartsWith("Warning: The pool is degraded: the last start", line, StringComparison.Ordinal),
            static line => Assert.StartsWith("Warning: The pool is degraded: no worker", line, StringComparison.Ordinal),
            static line => Assert.StartsWith("Information: The pool is whole again", line, StringComparison.Ordinal));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G119")]
    public async Task Tasks_that_wait_while_starts_fail_run_when_one_succeeds()
    {
        var pool = new ProcessPoolExecutor(Switched with { StartPatience = Timeout.InfiniteTimeSpan });
        Task<int>[] waiting = [.. Enumerable.Range(0, 20).Select(i => pool.SubmitAsync(Basics.Square, i))];
        for (int i = 1; i <= 6; i++) // five in a row once broke it for good
            await _listener.EventAsync<WorkerStartFailed>(failed => failed.WorkerId == i);

        await File.WriteAllTextAsync(Switch, "");

        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * i), await Task.WhenAll(waiting));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G119")]
    public async Task A_worker_that_is_ready_goes_on_while_starts_fail_and_its_tasks_know_no_patience()
    {
        await File.WriteAllTextAsync(Switch, "");
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Switched with { MaxWorkers = 2, StartPatience = TimeSpan.FromMilliseconds(1) });
        Task<int> first = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        File.Delete(Switch);

        Task<int> second = pool.SubmitAsync(Basics.Square, 3);
        for (int i = 2; i <= 4; i++)
            await _listener.EventAsync<WorkerStartFailed>(failed => failed.WorkerId == i);
        Assert.Equal(ExecutorState.Degraded, pool.GetSnapshot().State);
        Assert.False(second.IsCompleted);
        visitor.LetGo();

        Assert.Equal(9, await second);
        Assert.Equal(visitor.ProcessId, await first);
        Assert.Single(_listener.Heard.OfType<ExecutorStateChanged>());
        await File.WriteAllTextAsync(Switch, "");
        await UntilAsync(pool, snapshot => snapshot.State == ExecutorState.Open, "the pool is whole");
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    [Trait("Conformance", "G119")]
    public async Task Five_kills_while_workers_start_break_nothing()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with
        {
            MinWorkers = 6,
            MaxWorkers = 6,
            Initializer = WorkerInitializer.Create(Supervised.InitializeWhenLetGo, point.For()),
            Listeners = [_listener],
        });
        Task<int> task = pool.SubmitAsync(Basics.Square, 7);
        Visitor[] starting = await point.NextAsync(6);

        foreach (Visitor visitor in starting[..5])
            Signal(visitor.ProcessId, "KILL");
        await Waiting.UntilAsync(() => _listener.Heard.OfType<WorkerStartFailed>().Count() == 5, "all five have failed");
        Assert.Equal(ExecutorState.Degraded, pool.GetSnapshot().State);
        starting[5].LetGo();

        Assert.Equal(49, await task);
        for (int i = 0; i < 5; i++)
            (await point.NextAsync()).LetGo();
        await UntilAsync(pool, IsWhole, "all six are ready");
        Assert.Equal(
            [ExecutorState.Degraded, ExecutorState.Open],
            _listener.Heard.OfType<ExecutorStateChanged>().Select(static change => change.State));
        await EndAsync(pool);

        static bool IsWhole(ExecutorSnapshot snapshot) =>
            snapshot.State == ExecutorState.Open && snapshot.Workers.Count(worker => worker.ProcessId is not null) == 6;
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G79")]
    public async Task Eight_idle_fresh_workers_killed_at_once_break_nothing()
    {
        var pool = new ProcessPoolExecutor(One with { MinWorkers = 8, MaxWorkers = 8, Listeners = [_listener] });
        await UntilAsync(pool, static snapshot => snapshot.Workers.Count(worker => worker.State == WorkerState.Idle) == 8, "all are ready");
        int[] fresh = Processes(pool);

        foreach (int process in fresh)
            Signal(process, "KILL");

        await UntilAsync(
            pool,
            snapshot => snapshot.Workers.Count(worker => worker.State == WorkerState.Idle && !fresh.Contains(worker.ProcessId!.Value)) == 8,
            "eight others are ready");
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        Assert.Empty(_listener.Heard.OfType<ExecutorStateChanged>());
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G119")]
    [InlineData("")]
    [InlineData("worker.runtimeconfig.json")]
    [InlineData("lock")]
    [InlineData("owner")]
    public async Task A_cleaner_that_takes_from_the_private_directory_costs_a_crash_later_nothing(string name)
    {
        var pool = new ProcessPoolExecutor(One with { Listeners = [_listener] });
        string directory = await DirectoryOfAsync(pool);
        if (name.Length == 0)
            Directory.Delete(directory, recursive: true);
        else
            File.Delete(Path.Combine(directory, name));

        await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Crashing.Exit, 1));

        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        string other = await DirectoryOfAsync(pool);
        Assert.NotEqual(directory, other);
        Assert.Empty(_listener.Heard.OfType<WorkerStartFailed>());
        await EndAsync(pool);
        Assert.False(Directory.Exists(directory) || Directory.Exists(other));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G119")]
    public async Task A_temporary_directory_that_is_gone_for_a_moment_costs_no_task()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is TMPDIR on Unix only.");
        string temporary = Path.Combine(_directory, "t");
        await using var outer = new ProcessPoolExecutor(
            One with { Environment = new Dictionary<string, string?> { ["TMPDIR"] = temporary } });

        (string reason, int result, int mode) = await outer.SubmitAsync(Troubles.LoseTemporaryDirectoryAsync);

        Assert.Contains($"The temporary directory '{temporary}/' cannot be written", reason, StringComparison.Ordinal);
        Assert.Equal((9, 0b111_000_000), (result, mode)); // the directories that we make above ours are the user's alone too
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G119")]
    public async Task A_lack_of_handles_for_a_moment_costs_no_task()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set with the numbers of Linux.");
        await using var outer = new ProcessPoolExecutor(One);

        (string reason, int result) = await outer.SubmitAsync(Troubles.RunOutOfHandlesAsync);

        Assert.Contains("oo many open files", reason, StringComparison.Ordinal);
        Assert.Equal(9, result);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G119")]
    public async Task A_pool_stops_growing_before_it_takes_the_last_handles()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set with the numbers of Linux.");
        await using var outer = new ProcessPoolExecutor(One);

        (string reason, int left, int[] results) = await outer.SubmitAsync(Troubles.GrowUntilHandlesAreShortAsync);

        Assert.Contains("handles are left", reason, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", reason, StringComparison.Ordinal);
        // It went on while there were enough, and did not go on to the last. A start that was under way gives some back meanwhile.
        Assert.InRange(left, 8, 47);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => i * i), results);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData('c')]
    [InlineData('d')]
    [InlineData('m')]
    public async Task A_file_that_is_deleted_during_a_start_ends_that_start_at_once(char kind)
    {
        var pool = new ProcessPoolExecutor(One with { StartTimeout = TimeSpan.FromHours(1), Listeners = [_listener] });
        string directory = await DirectoryOfAsync(pool);
        // A file may also be deleted before the pool has launched the process.
        Task<WorkerStartFailed> failed = _listener.EventAsync<WorkerStartFailed>(
            static failed => failed.Failure.ExitCode == WorkerExitCode.Unreachable);
        var cleaner = new Thread(Clean);
        cleaner.Start();

        while (!failed.IsCompleted) // the first start may be faster than the cleaner
            await Task.WhenAny(failed, pool.RecycleAsync());

        Assert.Contains("cannot reach its coordinator", (await failed).Failure.StandardErrorTail, StringComparison.Ordinal);
        Assert.False((await failed).IsDeterministic);
        cleaner.Join();
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);

        void Clean()
        {
            while (!failed.IsCompleted)
            {
                foreach (string file in Directory.GetFiles(directory, $"w*{kind}"))
                    File.Delete(file);
                Thread.Sleep(1); // a file that appears raises no event that comes in time
            }
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_runtime_that_cannot_start_is_not_told_as_a_kill()
    {
        var environment = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "1" };
        var pool = new ProcessPoolExecutor(One with { Environment = environment, StartPatience = TimeSpan.FromMilliseconds(1) });

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1));

        Assert.Contains("the .NET runtime could not be initialised", error.Message, StringComparison.Ordinal);
        Assert.Contains("GC heap initialization failed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SIGKILL", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Failure.ProbableSignal);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_application_hears_of_each_change_in_order_whatever_its_handlers_do()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<(object?, ExecutorState, bool)>();
        var pool = new ProcessPoolExecutor(Switched with { StartPatience = Timeout.InfiniteTimeSpan });
        pool.StateChanged += static (_, _) => throw new InvalidOperationException("the handler's");
        pool.StateChanged += (sender, change) => heard.Enqueue((sender, change.State, change.Reason is not null));
        await _listener.EventAsync<ExecutorStateChanged>(static change => change.State == ExecutorState.Degraded);
        await File.WriteAllTextAsync(Switch, "");
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);

        await Waiting.UntilAsync(() => heard.Count == 4, "all changes are heard");
        Assert.Equal<(object?, ExecutorState, bool)>(
            [
                (pool, ExecutorState.Degraded, true), (pool, ExecutorState.Open, false), (pool, ExecutorState.ShuttingDown, false),
                (pool, ExecutorState.Closed, false),
            ],
            heard);
        await _log.LineAsync("A handler of the executor's StateChanged event threw");
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(ShutdownMode.Drain)]
    [InlineData(ShutdownMode.CancelQueued)]
    public async Task A_shutdown_while_starts_fail_ends_with_an_outcome_for_every_task(ShutdownMode mode)
    {
        var pool = new ProcessPoolExecutor(Switched);
        Task<int>[] waiting = [.. Enumerable.Range(0, 5).Select(i => pool.SubmitAsync(Basics.Square, i))];
        await _listener.EventAsync<WorkerStartFailed>();

        await pool.ShutdownAsync(mode);

        Assert.All(waiting, task => Assert.Equal(mode == ShutdownMode.Drain, task.Exception?.InnerException is BrokenExecutorException));
        Assert.All(waiting, static task => Assert.True(task.IsCompleted));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.SubmitAsync(Basics.Square, 1)); // and not that it is broken
        Assert.Empty(pool.GetSnapshot().Workers);
    }
}
