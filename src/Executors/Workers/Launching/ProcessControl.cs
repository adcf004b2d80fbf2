using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Offloop.Workers;

/// <summary>The operating system's part in ending processes; the only platform code on the coordinator's side.</summary>
internal static partial class ProcessControl
{
    private const int SigKill = 9;

    /// <summary>Holds a process that has just been started together with what it will start, where the system has something for that: a job
    /// on Windows. On Unix a worker makes a process group of its own, and its watchdog sees the end of this process; null then. Throws
    /// <see cref="Win32Exception"/>.</summary>
    public static IDisposable? Hold(Process process) => OperatingSystem.IsWindows() ? WindowsJob.Around(process) : null;

    /// <summary>Kills a worker and everything it started. On Unix a worker leads a process group of its own, which outlives it as long as a
    /// member does; on Windows that is its job.</summary>
    /// <param name="process">The worker.</param>
    /// <param name="hold">What <see cref="Hold"/> returned for it.</param>
    public static void KillTree(Process process, IDisposable? hold)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
                _ = Kill(-process.Id, SigKill); // fails before the worker has made its group, and where nothing is left of it
            else if (hold is WindowsJob job)
                job.Kill();
            if (!process.HasExited)
                process.Kill(entireProcessTree: OperatingSystem.IsWindows());
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself meanwhile, which is what was wanted.
        }
    }

    /// <summary>The files that a .NET runtime makes in its temporary directory for debuggers and diagnostic tools, and removes at its end;
    /// one that is killed leaves them. Their names carry the start of the process beside its id, so they are never those of another process
    /// that gets the same id. Nothing on Windows, where they are no files.</summary>
    /// <param name="process">A process that was just started by this one.</param>
    public static string[] RuntimeFilesOf(Process process)
    {
        if (DisambiguationKeyOf(process) is not { } key)
            return [];
        ProcessStartInfo start = process.StartInfo;
        string? temporary = start.Environment.TryGetValue("TMPDIR", out string? set) ? set : null;
        string directory = Path.GetFullPath(
            Path.Combine(start.WorkingDirectory, string.IsNullOrEmpty(temporary) ? "/tmp" : temporary)); // as the runtime finds it
        string name = string.Create(CultureInfo.InvariantCulture, $"{process.Id}-{key}");
        return
        [
            Path.Combine(directory, $"clr-debug-pipe-{name}-in"),
            Path.Combine(directory, $"clr-debug-pipe-{name}-out"),
            Path.Combine(directory, $"dotnet-diagnostic-{name}-socket"),
        ];
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

    /// <summary>The start of a process as its runtime writes it into names: clock ticks since the system's start on Linux, seconds since
    /// 1970 on macOS. Null if it is not known.</summary>
    private static string? DisambiguationKeyOf(Process process)
    {
        if (OperatingSystem.IsLinux())
            return DirectoryOwner.StartOf(process.Id, orHasEnded: true);
        if (!OperatingSystem.IsMacOS())
            return null;
        try
        {
            return new DateTimeOffset(process.StartTime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            return null; // it has ended already, before its runtime made any
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
