using System.Globalization;
using Offloop.Telemetry;

namespace Offloop.Tests.Workers;

/// <summary>A pool leaves nothing behind, however it ends.</summary>
public sealed class CleanUpTests : SupervisionTests
{
    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I105")]
    [InlineData(ShutdownMode.Drain)]
    [InlineData(ShutdownMode.CancelQueued)]
    [InlineData(ShutdownMode.Kill)]
    public async Task A_shutdown_leaves_no_process_and_no_directory(ShutdownMode mode)
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(Two);
        string directory = await DirectoryOfAsync(pool);
        Assert.True(Directory.Exists(directory));
        Task<int> running = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        int[] processes = Processes(pool);

        Task shutdown = pool.ShutdownAsync(mode);
        if (mode != ShutdownMode.Kill)
            visitor.LetGo();
        await shutdown;

        Assert.DoesNotContain(processes, Waiting.IsAlive);
        Assert.DoesNotContain(visitor.ProcessId, processes.Where(Waiting.IsAlive));
        Assert.False(Directory.Exists(directory));
        await Task.WhenAny(running);
        Assert.Equal(mode == ShutdownMode.Kill, running.IsFaulted);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_pool_that_is_closed_while_its_workers_start_leaves_nothing()
    {
        for (int i = 0; i < 5; i++)
        {
            var pool = new ProcessPoolExecutor(Two);
            Task<string> task = pool.SubmitAsync(Standard.CommandLine);
            await pool.ShutdownAsync(i % 2 == 0 ? ShutdownMode.Kill : ShutdownMode.CancelQueued);
            Assert.True(task.IsCompleted);
            Assert.Empty(pool.GetSnapshot().Workers);
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G84")]
    [Trait("Conformance", "E48")]
    public async Task A_pool_without_workers_says_what_they_said_to_every_task_and_leaves_nothing()
    {
        string hook = Path.Combine(AppContext.BaseDirectory, "missing-hook.dll");
        var environment = new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = hook };
        var pool = new ProcessPoolExecutor(One with { Environment = environment, StartPatience = TimeSpan.FromSeconds(1) });
        Task<int>[] tasks = [.. Enumerable.Range(0, 3).Select(value => pool.SubmitAsync(Basics.Square, value))];

        var errors = new List<BrokenExecutorException>();
        foreach (Task<int> task in tasks)
            errors.Add(await Assert.ThrowsAsync<BrokenExecutorException>(() => task));
        errors.Add(await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 1)));

        Assert.Equal(4, errors.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.All(errors, error =>
        {
            Assert.Equal(FailureCause.StartFailure, error.Failure.Cause);
            Assert.Contains("missing-hook", error.Failure.StandardErrorTail, StringComparison.Ordinal);
            Assert.Contains("missing-hook", error.Message, StringComparison.Ordinal);
        });
        await EndAsync(pool);
        Assert.Empty(pool.GetSnapshot().Workers);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_worker_leaves_no_file_of_its_runtime(bool whileItStarts)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There the runtime makes no files.");
        string directory = Directory.CreateTempSubdirectory("o-").FullName;
        var listener = new TestListener(hearsTasks: false);
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with
        {
            Environment = new Dictionary<string, string?> { ["TMPDIR"] = directory },
            Initializer = WorkerInitializer.Create(Supervised.InitializeWhenLetGo, point.For()),
            Listeners = [listener],
        });
        Visitor starting = await point.NextAsync();
        int process = starting.ProcessId;
        if (!whileItStarts)
        {
            starting.LetGo();
            Assert.Equal(process, await pool.SubmitAsync(Basics.ProcessId));
        }
        Assert.Equal(3, FilesOf(process).Length);
        // Those of another process whose number is longer, and of one that had the same number before.
        string[] others = [$"clr-debug-pipe-{process}1-7-in", $"clr-debug-pipe-{process}-7-in"];
        foreach (string other in others)
            await File.WriteAllTextAsync(Path.Combine(directory, other), "");

        Signal(process, "KILL");

        if (whileItStarts)
            await listener.EventAsync<WorkerStartFailed>(failed => failed.Failure.ProcessId == process);
        else
            await listener.EventAsync<WorkerEnded>(ended => ended.ProcessId == process);
        Assert.Equal([others[1]], FilesOf(process));
        (await point.NextAsync()).LetGo();
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        await EndAsync(pool);
        Assert.Equal(others.ToHashSet(), Directory.GetFiles(directory).Select(path => Path.GetFileName(path)).ToHashSet());
        Directory.Delete(directory, recursive: true);

        string[] FilesOf(int worker) =>
            [.. Directory.GetFiles(directory, string.Create(CultureInfo.InvariantCulture, $"*-{worker}-*")).Select(Path.GetFileName)!];
    }
}
