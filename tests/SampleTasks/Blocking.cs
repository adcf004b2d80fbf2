using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Offloop.SampleTasks;

/// <summary>Tasks that block out of reach of a token.</summary>
public static partial class Blocking
{
    /// <summary>Says that it runs, and then blocks in native code.</summary>
    public static void InNativeCode(Meeting meeting)
    {
        using NetworkStream line = Rendezvous.Arrive(meeting);
        if (OperatingSystem.IsWindows())
            WindowsSleep(uint.MaxValue);
        while (true)
            _ = UnixSleep(1000);
    }

    /// <summary>Waits to be let go while every thread of the runtime's pool waits too.</summary>
    public static int WithoutPoolThreads(Meeting meeting)
    {
        using var end = new ManualResetEventSlim();
        ThreadPool.GetMaxThreads(out int workers, out int ports);
        ThreadPool.SetMaxThreads(Environment.ProcessorCount, ports);
        for (int i = 0; i < 1_000; i++)
            ThreadPool.QueueUserWorkItem(_ => end.Wait());
        int process = Rendezvous.Wait(meeting);
        end.Set();
        ThreadPool.SetMaxThreads(workers, ports);
        return process;
    }

    /// <summary>Starts a process that sleeps, tells its process id, and waits to be let go.</summary>
    public static void WithChild(Meeting meeting)
    {
        using var child = System.Diagnostics.Process.Start("sleep", "1000");
        Rendezvous.Wait(meeting with { Label = child.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) });
    }

    [LibraryImport("libc", EntryPoint = "sleep")]
    private static partial uint UnixSleep(uint seconds);

    [LibraryImport("kernel32", EntryPoint = "Sleep")]
    private static partial void WindowsSleep(uint milliseconds);
}
