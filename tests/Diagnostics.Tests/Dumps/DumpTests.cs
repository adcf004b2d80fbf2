using Offloop.Diagnostics;
using Offloop.SampleTasks;
using Offloop.Tests.Inspection;

namespace Offloop.Tests.Dumps;

/// <summary>The memory of workers in files.</summary>
[Collection(Inspected.Reader)]
public sealed class DumpTests : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("dumps-");

    private string Folder => Path.Combine(_scratch.FullName, "100 % memory");

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_kill_for_a_timeout_leaves_a_dump_that_only_its_owner_reads_and_the_oldest_goes()
    {
        Directory.CreateDirectory(Folder);
        string foreign = Path.Combine(Folder, "core.dmp");
        string old = Path.Combine(Folder, "offloop-20200101T000000000-1.dmp");
        await File.WriteAllTextAsync(foreign, "not of a pool", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(old, "of a pool", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(old, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await using var inspected = new Inspected(
            options => options with { DumpOnTimeout = true, DumpDirectory = Folder, MaxDumps = 1 });
        Task task = inspected.Pool.SubmitAsync(Rendezvous.Loop, inspected.Point.For());
        await inspected.Point.NextAsync();

        TaskFailure failure = (await inspected.TimeOutAsync(task)).Failure;

        await inspected.Log.LineAsync("was written to ", failure.DumpFile!);
        Assert.StartsWith("Offloop.SampleTasks.Rendezvous.Loop(", failure.Stack!.Frames[^1], StringComparison.Ordinal);
        Assert.True(new FileInfo(failure.DumpFile!).Length > 100_000);
        Assert.Equal([foreign, failure.DumpFile!], Directory.GetFiles(Folder).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(failure.DumpFile!));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_crash_leaves_a_dump_and_tasks_do_not_see_the_settings_for_it()
    {
        await using var inspected = new Inspected(options => options with { DumpOnCrash = true, DumpDirectory = Folder });
        string? seen = await inspected.Pool.SubmitAsync(
            static name => Environment.GetEnvironmentVariable(name), "DOTNET_DbgEnableMiniDump");

        WorkerLostException error = await Assert.ThrowsAsync<WorkerLostException>(() => inspected.Pool.SubmitAsync(Crashing.Segfault));

        Assert.Null(seen);
        Assert.Equal(FailureCause.Crash, error.Failure.Cause);
        Assert.Equal(error.Failure.DumpFile, Assert.Single(Directory.GetFiles(Folder)));
        Assert.True(new FileInfo(error.Failure.DumpFile!).Length > 100_000);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_no_dump_can_be_kept_the_task_fails_as_before_and_the_log_says_why(bool isTooLarge)
    {
        if (!isTooLarge)
            await File.WriteAllTextAsync(Folder, "a file in the place of the directory", TestContext.Current.CancellationToken);
        await using var inspected = new Inspected(options => options with
        {
            DumpOnTimeout = true,
            DumpDirectory = Folder,
            MaxDumpBytes = 1_000,
        });
        Task task = inspected.Pool.SubmitAsync(Rendezvous.Loop, inspected.Point.For());
        await inspected.Point.NextAsync();

        TaskFailure failure = (await inspected.TimeOutAsync(task)).Failure;

        Assert.Null(failure.DumpFile);
        Assert.StartsWith("Offloop.SampleTasks.Rendezvous.Loop(", failure.Stack!.Frames[^1], StringComparison.Ordinal);
        await inspected.Log.LineAsync("Warning: The memory of worker process", isTooLarge ? "MaxDumpBytes (1000)" : Folder);
        Assert.Empty(isTooLarge ? Directory.GetFiles(Folder) : []);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Where_crashes_can_leave_no_dump_workers_start_without_and_the_log_says_why_once()
    {
        if (OperatingSystem.IsWindows())
            await File.WriteAllTextAsync(Folder, "a file in the place of the directory", TestContext.Current.CancellationToken);
        else
            File.SetUnixFileMode(Directory.CreateDirectory(Folder).FullName, UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        await using var inspected = new Inspected(
            options => options with { DumpOnCrash = true, DumpDirectory = Folder }, static pool => pool with { MaxTasksPerWorker = 1 });

        await inspected.Pool.SubmitAsync(Basics.Square, 1);
        await inspected.Pool.SubmitAsync(Basics.Square, 2);

        await inspected.Log.LineAsync("Warning: Workers that crash leave no memory in a file: ", Folder);
        Assert.Single(inspected.Log.Lines, static line => line.Contains("leave no memory", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused_with_the_remedy()
    {
        var options = new ProcessPoolOptions();

        Assert.Contains(
            "DumpOnCrash needs a directory: set DumpDirectory.",
            Assert.Throws<ArgumentException>(() => options.WithDiagnostics(new DiagnosticsOptions { DumpOnCrash = true })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DiagnosticsOptions { StackTimeout = TimeSpan.FromSeconds(4) });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DiagnosticsOptions { SlowTaskThreshold = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DiagnosticsOptions { MaxDumps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DiagnosticsOptions { MaxDumpBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DiagnosticsOptions { DumpContent = (DumpContent)9 });
        Assert.Contains(
            "WithDiagnostics looks into .NET processes and Command starts 'python3'",
            Assert.Throws<ArgumentException>(
                () => new ProcessPoolExecutor((options with { Command = new WorkerCommand("python3") }).WithDiagnostics())).Message,
            StringComparison.Ordinal);
    }
}
