using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Offloop.Chaos;

/// <summary>What one task is to do.</summary>
/// <param name="Ledger">The file that it appends its line to.</param>
/// <param name="Task">Its number.</param>
/// <param name="Before">Milliseconds before the line.</param>
/// <param name="After">Milliseconds after the line.</param>
/// <param name="Overruns">Whether it goes on until it is killed.</param>
/// <param name="Ballast">So much that argument and result travel on the pipe for large ones, or nothing.</param>
public sealed record Order(string Ledger, int Task, int Before, int After, bool Overruns, string Ballast);

/// <summary>What a task brings back.</summary>
public sealed record Receipt(int Task, int Attempt, int ProcessId, string Ballast);

/// <summary>One line of the ledger: somebody ran this task.</summary>
internal sealed record Entry(int Task, int Attempt, int ProcessId);

/// <summary>The side effect of the tasks, and its record: a file with one line for each run. A line is one write to a file that is opened for
/// appending, so that lines of many processes never mix and a killed process leaves a whole line or none.</summary>
public static partial class Ledger
{
    private const int WriteOnlyAppend = 0x401; // O_WRONLY | O_APPEND of Linux

    private static SafeFileHandle? s_file;

    /// <summary>The task: runs in a worker.</summary>
    public static Receipt Run(Order order, TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(context);
        Pass(order.Before);
        Append(order.Ledger, string.Create(CultureInfo.InvariantCulture, $"{order.Task} {context.Attempt} {Environment.ProcessId}\n"));
        Pass(order.Overruns ? Timeout.Infinite : order.After);
        return new Receipt(order.Task, context.Attempt, Environment.ProcessId, order.Ballast);
    }

    /// <summary>The directory of the pool to which this worker belongs, from its command line.</summary>
    public static string PoolDirectory()
    {
        string[] words = File.ReadAllText("/proc/self/cmdline").Split('\0');
        return Path.GetDirectoryName(words[Array.IndexOf(words, "--runtimeconfig") + 1])!;
    }

    internal static ILookup<int, Entry> Read(string path) => File.ReadLines(path)
        .Select(static line => Array.ConvertAll(line.Split(' '), static word => int.Parse(word, CultureInfo.InvariantCulture)))
        .Select(static numbers => new Entry(numbers[0], numbers[1], numbers[2]))
        .ToLookup(static entry => entry.Task);

    /// <summary>The task is the time it takes; nobody waits for it but the pool.</summary>
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
