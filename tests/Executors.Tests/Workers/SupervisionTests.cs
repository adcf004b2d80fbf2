using System.Diagnostics;

namespace Offloop.Tests.Workers;

/// <summary>What the classes about supervised processes share.</summary>
public abstract class SupervisionTests
{
    /// <summary>One worker, a log, and nothing that ends it by itself.</summary>
    internal static ProcessPoolOptions One { get; } = new()
    {
        MinWorkers = 1,
        MaxWorkers = 1,
        StartTimeout = Waiting.ForStart,
        IdleTimeout = Timeout.InfiniteTimeSpan
    };

    internal static ProcessPoolOptions Two { get; } = One with { MinWorkers = 2, MaxWorkers = 2 };

    internal static void Signal(int process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    internal static Task UntilAsync(Executor pool, Predicate<ExecutorSnapshot> isSo, string what) =>
        Waiting.UntilAsync(() => isSo(pool.GetSnapshot()), what);

    internal static int[] Processes(Executor pool) => [.. pool.GetSnapshot().Workers.Select(worker => worker.ProcessId).OfType<int>()];

    /// <summary>The pool's own directory, as its worker knows it (Linux).</summary>
    internal static async Task<string> DirectoryOfAsync(Executor pool)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The directory of a pool is found in /proc.");
        string[] words = (await pool.SubmitAsync(Standard.CommandLine)).Split(' ');
        return Path.GetDirectoryName(words[Array.IndexOf(words, "--runtimeconfig") + 1])!;
    }

    /// <summary>Disposes the pool and sees that all it had is gone.</summary>
    internal static async Task EndAsync(ProcessPoolExecutor pool)
    {
        int[] processes = Processes(pool);
        await pool.DisposeAsync();
        Assert.DoesNotContain(processes, Waiting.IsAlive);
    }
}
