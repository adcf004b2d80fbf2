using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Offloop.Chaos;

/// <summary>The orders of one task.</summary>
/// <param name="Ledger">The file to which the task appends its line.</param>
/// <param name="Task">The number of the task.</param>
/// <param name="Before">Milliseconds before the line.</param>
/// <param name="After">Milliseconds after the line.</param>
/// <param name="Overruns">Whether the task goes on until it is killed.</param>
/// <param name="Ballast">Empty, or so large that argument and result travel on the data pipe.</param>
/// <param name="Locks">A file. If it is given, the task also says when it begins, and holds the byte of its number meanwhile; the system
/// frees it with the process. So it finds out whether another run of it has not ended.</param>
public sealed record Order(string Ledger, int Task, int Before, int After, bool Overruns, string Ballast, string? Locks = null);

/// <summary>The result of a task.</summary>
public sealed record Receipt(int Task, int Attempt, int ProcessId, string Ballast);

/// <summary>One line of the ledger: a process ran this task.</summary>
/// <param name="Task">The number of the task.</param>
/// <param name="Attempt">Which run it was.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="Milliseconds">The time from the call of the method to the line. Below 0 in a line that says that the run begins.</param>
internal sealed record Entry(int Task, int Attempt, int ProcessId, int Milliseconds)
{
    public const int Begins = -1;

    /// <summary>The run begins while another one of the same task has not ended.</summary>
    public const int BeginsTooSoon = -2;

    public bool IsBegin => Milliseconds < 0;

    public bool IsBy(int attempt, int? process) => Attempt == attempt && ProcessId == process;
}

/// <summary>The side effect of the tasks, and its record: a file with one line for each run. A line is one write to a file that was opened
/// for appending, so the lines of many processes never mix, and a killed process leaves a whole line or none.</summary>
public static partial class Ledger
{
    private const int WriteOnlyAppend = 0x401; // O_WRONLY | O_APPEND of Linux

    private static SafeFileHandle? s_file;
    private static FileStream? s_locks;

    /// <summary>The task; it runs in a worker.</summary>
    public static Receipt Run(Order order, TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(context);
        long called = Environment.TickCount64;
        if (order.Locks is { } locks)
            Note(order, context, TryLock(locks, order.Task) ? Entry.Begins : Entry.BeginsTooSoon);
        Pass(order.Before);
        Note(order, context, Environment.TickCount64 - called);
        Pass(order.Overruns ? Timeout.Infinite : order.After);
        if (order.Locks is not null && OperatingSystem.IsLinux())
            s_locks!.Unlock(order.Task, 1);
        return new Receipt(order.Task, context.Attempt, Environment.ProcessId, order.Ballast);
    }

    /// <summary>The directory of this worker's pool, from the worker's command line.</summary>
    public static string PoolDirectory()
    {
        string[] words = File.ReadAllText("/proc/self/cmdline").Split('\0');
        return Path.GetDirectoryName(words[Array.IndexOf(words, "--runtimeconfig") + 1])!;
    }

    internal static ILookup<int, Entry> Read(string path) => File.ReadLines(path)
        .Select(static line => Array.ConvertAll(line.Split(' '), static word => int.Parse(word, CultureInfo.InvariantCulture)))
        .Select(static numbers => new Entry(numbers[0], numbers[1], numbers[2], numbers[3]))
        .ToLookup(static entry => entry.Task);

    private static void Note(Order order, TaskContext context, long milliseconds) => Append(
        order.Ledger,
        string.Create(CultureInfo.InvariantCulture, $"{order.Task} {context.Attempt} {Environment.ProcessId} {milliseconds}\n"));

    private static bool TryLock(string path, int place)
    {
        s_locks ??= new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            if (OperatingSystem.IsLinux())
                s_locks.Lock(place, 1);
            return true;
        }
        catch (IOException)
        {
            return false; // another process has it
        }
    }

    /// <summary>The time that the task takes. Only the pool waits for it.</summary>
    private static void Pass(int milliseconds)
    {
        if (milliseconds != 0)
            Thread.Sleep(milliseconds);
    }

    private static void Append(string path, string line)
    {
        s_file ??= new SafeFileHandle(Open(path, WriteOnlyAppend), ownsHandle: true);
        byte[] bytes = Encoding.ASCII.GetBytes(line);
        if (Write(s_file, bytes, bytes.Length) != bytes.Length)
            throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, byte[] bytes, nint count);
}
