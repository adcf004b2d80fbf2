using System.Diagnostics;
using System.Globalization;

namespace Offloop.Tests.Workers;

/// <summary>Things out of a pool's hands must not hold it up: processes that left it, threads that are all
/// taken, owners that died.</summary>
public sealed class StrayTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F69")]
    public async Task A_child_that_left_the_group_and_holds_the_output_open_holds_up_neither_the_kill_nor_the_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It uses setsid.");
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { CancellationGrace = TimeSpan.Zero });
        using var cancellation = new CancellationTokenSource();
        Task task = pool.SubmitAsync(Straying.WithEscapedChild, point.For(), cancellationToken: cancellation.Token);
        Visitor visitor = await point.NextAsync();
        int child = int.Parse(visitor.Label, CultureInfo.InvariantCulture);
        try
        {
            await cancellation.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
            await Waiting.UntilGoneAsync(visitor.ProcessId);
            Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
            await EndAsync(pool);
            Assert.True(Waiting.IsAlive(child));
        }
        finally
        {
            Signal(child, "KILL");
        }
        await Waiting.UntilGoneAsync(child);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F69")]
    public async Task A_worker_that_dies_while_such_a_child_holds_its_output_open_is_not_said_to_have_left_its_pipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It uses setsid.");
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task task = pool.SubmitAsync(Straying.WithEscapedChild, point.For());
        Visitor visitor = await point.NextAsync();
        int child = int.Parse(visitor.Label, CultureInfo.InvariantCulture);
        try
        {
            Signal(visitor.ProcessId, "KILL");

            var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);

            Assert.Equal((FailureCause.Crash, "SIGKILL"), (error.Failure.Cause, error.Failure.ProbableSignal));
            Assert.True(Waiting.IsAlive(child));
            await EndAsync(pool);
        }
        finally
        {
            Signal(child, "KILL");
        }
        await Waiting.UntilGoneAsync(child);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_takes_the_whole_thread_pool_for_a_while_is_not_taken_for_dead()
    {
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { HeartbeatTimeout = TimeSpan.FromSeconds(12), LoggerFactory = log });
        int process = await pool.SubmitAsync(Basics.ProcessId);

        // Longer than the time from one heartbeat to the next, so that at least one is late.
        Assert.Equal(process, await pool.SubmitAsync(Straying.BlockThreadPool, 4500));

        Assert.Equal(process, await pool.SubmitAsync(Basics.ProcessId));
        Assert.DoesNotContain(log.Lines, line => line.Contains("is killed", StringComparison.Ordinal));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I109")]
    public async Task The_directory_of_an_owner_that_was_killed_is_removed_by_the_next_pool()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It finds the directory in /proc.");
        await using var point = new MeetingPoint();
        string program = Path.Combine(AppContext.BaseDirectory, "PoolOwner.dll");
        string port = point.For().Port.ToString(CultureInfo.InvariantCulture);
        using Process owner = Process.Start(new ProcessStartInfo("dotnet", [program, "idle", port]) { RedirectStandardOutput = true })!;
        string worker = await owner.StandardOutput.ReadLineAsync() ?? throw new IOException("It ended.");
        string[] words = (await File.ReadAllTextAsync($"/proc/{worker}/cmdline")).Split('\0');
        string directory = Path.GetDirectoryName(words[Array.IndexOf(words, "--runtimeconfig") + 1])!;

        owner.Kill();
        await owner.WaitForExitAsync();
        await Waiting.UntilGoneAsync(int.Parse(worker, CultureInfo.InvariantCulture));
        var next = new ProcessPoolExecutor(One);

        Assert.False(Directory.Exists(directory));
        await EndAsync(next);
    }
}
