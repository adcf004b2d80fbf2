using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Offloop.Workers;

/// <summary>The operating system's part in ending processes; the only platform code on the coordinator's side.</summary>
internal static partial class ProcessControl
{
    private const int SigKill = 9;

    /// <summary>Holds a process that has just been started together with all that it will start: in a job on Windows. Returns null on Unix,
    /// because a worker makes its own process group there, and its watchdog sees the end of this process. Throws
    /// <see cref="Win32Exception"/>.</summary>
    public static IDisposable? Hold(Process process) => OperatingSystem.IsWindows() ? WindowsJob.Around(process) : null;

    /// <summary>Kills a worker and everything it started. These are its process group on Unix, which lives as long as any member, and its
    /// job on Windows.</summary>
    /// <param name="process">The worker.</param>
    /// <param name="hold">The result of <see cref="Hold"/> for it.</param>
    public static void KillTree(Process process, IDisposable? hold)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
                _ = Kill(-process.Id, SigKill); // fails if the group is not made yet, or if nothing is left of it
            else if (hold is WindowsJob job)
                job.Kill();
            if (!process.HasExited)
                process.Kill(entireProcessTree: OperatingSystem.IsWindows());
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself meanwhile.
        }
    }

    /// <summary>The name of the signal that an exit code stands for, or null. .NET reports signal n and exit(128 + n) alike.</summary>
    public static string? ProbableSignal(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            return (uint)exitCode switch
            {
                0xC0000005 => "access violation",
                0xC00000FD => "stack overflow",
                0xC0000409 => "fail fast",
                0x80131623 => "fail fast",
                _ => null,
            };
        }
        return (exitCode - 128) switch
        {
            1 => "SIGHUP",
            2 => "SIGINT",
            3 => "SIGQUIT",
            4 => "SIGILL",
            6 => "SIGABRT",
            7 when OperatingSystem.IsLinux() => "SIGBUS",
            10 when OperatingSystem.IsMacOS() => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            11 => "SIGSEGV",
            13 => "SIGPIPE",
            15 => "SIGTERM",
            > 0 and <= 64 and var number => $"signal {number}",
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
