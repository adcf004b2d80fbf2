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
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The directory of a pool is found in /proc.");
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
    public async Task A_broken_pool_says_what_its_workers_said_to_every_task_and_leaves_nothing()
    {
        var environment = new Dictionary<string, string?>
        {
            ["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "missing-hook.dll"),
        };
        var pool = new ProcessPoolExecutor(One with { Environment = environment });
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

    private static async Task<string> DirectoryOfAsync(Executor pool)
    {
        string[] words = (await pool.SubmitAsync(Standard.CommandLine)).Split(' ');
        return Path.GetDirectoryName(words[Array.IndexOf(words, "--runtimeconfig") + 1])!;
    }
}
