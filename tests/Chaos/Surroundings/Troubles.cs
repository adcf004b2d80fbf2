using System.Diagnostics;
using System.Globalization;

namespace Offloop.Chaos.Surroundings;

/// <summary>Kills all workers that are up, and then those that start in their place.</summary>
internal sealed class KillBurst(ProcessPoolExecutor pool, string temporary, Deaths deaths) : Trouble
{
    public override string Name => "kills during starts";

    public override async Task RunAsync(Random random)
    {
        deaths.KillAll(pool);
        for (int i = random.Next(10, 30); i > 0; i--)
        {
            await Task.Delay(random.Next(20, 120));
            if (PoolProcesses.Of(temporary) is { Count: > 0 } processes)
                deaths.Kill(processes[random.Next(processes.Count)]);
        }
    }
}

/// <summary>Deletes files and directories, as a cleaner of temporary directories does, only much sooner.</summary>
internal sealed class Cleaner(TemporaryPlace temporary) : Trouble
{
    public override string Name => "a cleaner in the temporary directory";

    public override async Task RunAsync(Random random)
    {
        for (int i = random.Next(20, 60); i > 0; i--)
        {
            await Task.Delay(random.Next(100));
            try
            {
                if (temporary.Entries() is not { Length: > 0 } entries)
                    continue;
                string entry = entries[random.Next(entries.Length)];
                if (Directory.Exists(entry))
                    Directory.Delete(entry, recursive: true);
                else
                    File.Delete(entry);
            }
            catch (IOException)
            {
                // the pool was faster, or made a new one meanwhile
            }
        }
    }
}

/// <summary>Fills the temporary directory, and again whenever something of it is deleted.</summary>
internal sealed class FullDirectory(TemporaryPlace temporary) : Trouble
{
    private static readonly byte[] s_block = new byte[1 << 16];

    public override string Name => "a full temporary directory";

    public override string? Lacks => temporary.IsMounted ? null : "mount";

    /// <summary>A worker that touches a new page of its mapped file there gets SIGBUS.</summary>
    public override bool EndsWorkers => true;

    public override async Task RunAsync(Random random)
    {
        string path = Path.Combine(temporary.Path, "ballast");
        Task end = LastAsync(random);
        while (!end.IsCompleted)
        {
            Fill(path);
            await Task.Delay(20);
        }
        File.Delete(path);
    }

    private static void Fill(string path)
    {
        for (int length = s_block.Length; length > 0; length /= 4)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
                while (true)
                    file.Write(s_block, 0, length);
            }
            catch (IOException)
            {
                // this length does not fit any more
            }
        }
    }
}

/// <summary>Lets nobody make or delete a file in the temporary directory.</summary>
internal sealed class ReadOnlyDirectory(TemporaryPlace temporary) : Trouble
{
    public override string Name => "a read-only temporary directory";

    public override string? Lacks => temporary.IsMounted ? null : "mount";

    public override async Task RunAsync(Random random)
    {
        if (!SystemCalls.MountReadOnly(temporary.Path))
            throw new InvalidOperationException("The temporary directory could be mounted, but not again for reading only.");
        await LastAsync(random);
        SystemCalls.Unmount(temporary.Path);
    }
}

/// <summary>Leaves this process too few handles for another worker.</summary>
internal sealed class HandleLimit : Trouble
{
    public override string Name => "a limit on the caller's handles";

    public override async Task RunAsync(Random random)
    {
        int open = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        ulong before = SystemCalls.LimitHandles((ulong)(open + random.Next(2, 14)));
        await LastAsync(random);
        SystemCalls.LimitHandles(before);
    }
}

/// <summary>Puts the workers, but not this process, into a control group with a limit. The runtime of this process would not survive a
/// lack of threads or memory, whatever a library does.</summary>
internal abstract class WorkerLimit(ControlGroup? group, string temporary) : Trouble
{
    public override string? Lacks => group is null ? "make a control group" : null;

    public override bool EndsWorkers => true;

    public override async Task RunAsync(Random random)
    {
        group!.Limit(Most(random));
        Task end = LastAsync(random);
        while (!end.IsCompleted)
        {
            foreach (int process in PoolProcesses.Of(temporary))
                group.TryAdd(process);
            await Task.Delay(20);
        }
        group.Lift();
    }

    /// <summary>The limit.</summary>
    protected abstract long Most(Random random);
}

/// <summary>Leaves the workers so few threads that those that start cannot go on.</summary>
internal sealed class ProcessLimit(ControlGroup? group, string temporary) : WorkerLimit(group, temporary)
{
    public override string Name => "a limit on the workers' processes and threads";

    protected override long Most(Random random) => random.Next(1, 24);
}

/// <summary>Leaves the workers so little memory that the kernel kills those that start.</summary>
internal sealed class MemoryLimit(ControlGroup? group, string temporary) : WorkerLimit(group, temporary)
{
    public override string Name => "a limit on the workers' memory";

    protected override long Most(Random random) => 12 << 20;
}

/// <summary>Stops this process for longer than any timeout of a task and any heartbeat.</summary>
internal sealed class PausedCaller : Trouble
{
    public override string Name => "a pause of the caller";

    public override async Task RunAsync(Random random)
    {
        string seconds = random.Next(20, 35).ToString(CultureInfo.InvariantCulture).Insert(1, ".");
        string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var pause = Process.Start("sh", ["-c", $"kill -STOP {self}; sleep {seconds}; kill -CONT {self}"]);
        await pause.WaitForExitAsync();
    }
}

/// <summary>Stops all workers for a second, which is less than a heartbeat.</summary>
internal sealed class PausedWorkers(string temporary) : Trouble
{
    public override string Name => "a pause of all workers";

    public override async Task RunAsync(Random random)
    {
        List<int> processes = PoolProcesses.Of(temporary);
        processes.ForEach(static process => _ = PoolProcesses.Signal(process, PoolProcesses.Stop));
        await Task.Delay(random.Next(500, 1000));
        processes.ForEach(static process => _ = PoolProcesses.Signal(process, PoolProcesses.Continue));
    }
}
