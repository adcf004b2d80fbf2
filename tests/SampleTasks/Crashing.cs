using System.Runtime.InteropServices;

namespace Offloop.SampleTasks;

/// <summary>Tasks that end their process.</summary>
public static partial class Crashing
{
    public static void Exit(int code) => Environment.Exit(code);

    public static void FailFast(string message) => Environment.FailFast(message);

    public static int Overflow(int depth) => depth < 0 ? 0 : Overflow(depth + 1) + Overflow(depth + 2);

    /// <summary>Faults in native code.</summary>
    public static void Segfault()
    {
        if (OperatingSystem.IsWindows())
            Marshal.WriteByte(1, 0);
        else
            _ = Copy(1, 2, 16);
    }

    /// <summary>Ends the process within microseconds and without a last message.</summary>
    public static int Vanish(int value)
    {
        if (OperatingSystem.IsWindows())
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        else
            _ = Kill(Environment.ProcessId, 9);
        return value;
    }

    /// <summary>Throws an exception that nobody catches, on a thread that the task has started.</summary>
    public static void ThrowInBackground(string message)
    {
        var thread = new Thread(() => throw new InvalidOperationException(message));
        thread.Start();
        thread.Join();
        Thread.Sleep(Timeout.Infinite); // the process ends here, whatever the order of the threads
    }

    /// <summary>Writes a complaint to stderr, then exits.</summary>
    public static void ComplainAndExit((string Complaint, int Code) order)
    {
        Console.Error.WriteLine(order.Complaint);
        Environment.Exit(order.Code);
    }

    /// <summary>Crashes until the wanted attempt, which returns its number.</summary>
    public static int SucceedAtAttempt(int wanted, TaskContext context)
    {
        if (context.Attempt < wanted)
            Environment.FailFast($"attempt {context.Attempt}");
        return context.Attempt;
    }

    [LibraryImport("libc", EntryPoint = "memmove")]
    private static partial nint Copy(nint to, nint from, nint count);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
