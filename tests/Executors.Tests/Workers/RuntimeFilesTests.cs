using System.Globalization;

namespace Offloop.Tests.Workers;

/// <summary>A runtime that is killed leaves the files of its debugger and its diagnostics in the temporary directory.</summary>
public sealed class RuntimeFilesTests : SupervisionTests, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("o-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_that_is_killed_leaves_no_file_in_its_temporary_directory(bool isRelative)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "They are files there only.");
        string above = Path.GetDirectoryName(_directory)!;
        var pool = new ProcessPoolExecutor(Two with
        {
            CancellationGrace = TimeSpan.Zero,
            WorkingDirectory = isRelative ? above : null,
            Environment = new Dictionary<string, string?> { ["TMPDIR"] = isRelative ? Path.GetFileName(_directory) : _directory },
        });
        await UntilAsync(pool, static snapshot => snapshot.Workers.Count(worker => worker.State == WorkerState.Idle) == 2, "all are ready");
        int[] processes = Processes(pool);
        Assert.All(processes, process => Assert.Equal(3, FilesOf(process).Length));
        string ofAnother = Path.Combine(_directory, $"clr-debug-pipe-{processes[0]}-1-in"); // of a process that had the id before
        await File.WriteAllTextAsync(ofAnother, "");

        foreach (int process in processes)
            Signal(process, "KILL");
        await UntilAsync(pool, snapshot => !Processes(pool).Intersect(processes).Any(), "they are gone");
        await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Crashing.Exit, 1));
        await Assert.ThrowsAsync<TaskTimeoutException>(
            () => pool.SubmitAsync(Timing.Spin, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(10) }));
        await EndAsync(pool);

        Assert.Equal([ofAnother], Directory.GetFiles(_directory));
    }

    private string[] FilesOf(int process) =>
        Directory.GetFiles(_directory, string.Create(CultureInfo.InvariantCulture, $"*-{process}-*"));
}
