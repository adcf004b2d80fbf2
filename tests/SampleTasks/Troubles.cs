using System.Runtime.InteropServices;

namespace Offloop.SampleTasks;

/// <summary>Tasks that make a pool in their worker, and take from that process for a moment what a pool needs.</summary>
public static partial class Troubles
{
    private const int HandlesLimit = 7; // RLIMIT_NOFILE of Linux
    private const int HandlesForSomeWorkers = 64;
    private const ulong ManyHandles = 300;
    private const int Slack = 4; // too few for a start, and enough for the runtime, which may have to load something

    /// <summary>A file takes the place of the temporary directory, and a worker dies. Returns the reason for which the pool was degraded
    /// then, the result of a task that waited, and the mode of the directory that the pool made.</summary>
    public static async Task<(string Reason, int Result, int Mode)> LoseTemporaryDirectoryAsync()
    {
        string root = Path.GetTempPath().TrimEnd('/');
        (string reason, int result) = await WithoutAsync(
            () =>
            {
                Directory.Delete(root, recursive: true);
                File.WriteAllText(root, "");
            },
            () => File.Delete(root));
        return (reason, result, OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(root));
    }

    /// <summary>All handles are used up, and a worker dies. Returns the reason for which the pool was degraded then, and the result of a
    /// task that waited.</summary>
    public static async Task<(string Reason, int Result)> RunOutOfHandlesAsync()
    {
        // They take the lowest numbers that are free, so everything that the pool opens has higher ones. Once the limit lies above them,
        // the handles of a worker that dies are of no use to the next one.
        FileStream[] slack = [.. Enumerable.Range(0, Slack).Select(static _ => File.OpenRead("/dev/null"))];
        ulong highest = (ulong)slack.Max(static handle => handle.SafeFileHandle.DangerousGetHandle());
        return await WithoutAsync(
            () =>
            {
                LimitHandles(highest + 1);
                Array.ForEach(slack, static handle => handle.Dispose());
            },
            () => LimitHandles(ManyHandles));
    }

    private static void LimitHandles(ulong limit)
    {
        if (SetLimit(HandlesLimit, new Limit(limit, ManyHandles)) != 0)
            throw new InvalidOperationException("The limit could not be set.");
    }

    /// <summary>A pool grows until handles run short. Returns the reason for which it was degraded then, how many handles were left, and
    /// the results of all tasks.</summary>
    public static async Task<(string Reason, int Left, int[] Results)> GrowUntilHandlesAreShortAsync()
    {
        await using var pool = new ProcessPoolExecutor(
            new ProcessPoolOptions { MaxWorkers = 16, StartTimeout = TimeSpan.FromSeconds(40) });
        var degraded = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        pool.StateChanged += (_, change) =>
        {
            if (change.State == ExecutorState.Degraded)
                degraded.TrySetResult(change.Reason!);
        };
        await pool.SubmitAsync(Basics.Square, 1);
        int limit = CountHandles() + HandlesForSomeWorkers;
        LimitHandles((ulong)limit);
        Task<int>[] tasks = [.. Enumerable.Range(0, 64).Select(i => pool.SubmitAsync(Basics.SquareSlowly, i))];
        string reason = await degraded.Task;
        int left = limit - CountHandles();
        return (reason, left, await Task.WhenAll(tasks));
    }

    private static int CountHandles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static async Task<(string Reason, int Result)> WithoutAsync(Action take, Action giveBack)
    {
        var options = new ProcessPoolOptions
        {
            MaxWorkers = 1,
            StartTimeout = TimeSpan.FromSeconds(40),
            StartPatience = Timeout.InfiniteTimeSpan,
        };
        await using var pool = new ProcessPoolExecutor(options);
        var degraded = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var whole = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pool.StateChanged += (_, change) =>
        {
            if (change.State == ExecutorState.Degraded)
                degraded.TrySetResult(change.Reason!);
            else if (change.State == ExecutorState.Open)
                whole.TrySetResult();
        };
        await pool.SubmitAsync(Basics.Square, 1);
        take();
        await Task.WhenAny(pool.SubmitAsync(Crashing.Exit, 1));
        Task<int> waiting = pool.SubmitAsync(Basics.Square, 3);
        string reason = await degraded.Task;
        giveBack();
        int result = await waiting;
        await whole.Task;
        return (reason, result);
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    private readonly record struct Limit(ulong Soft, ulong Hard);
}
