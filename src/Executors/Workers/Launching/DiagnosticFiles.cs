using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Offloop.Workers;

/// <summary>The files that the .NET runtime of a worker makes in its temporary directory for debuggers and diagnostic tools (Unix). The
/// runtime removes them when it ends, but a process that is killed cannot. Their names have the id and the start of the process, so they
/// are never those of another one.</summary>
internal static class DiagnosticFiles
{
    /// <summary>The paths that a process which has just been started uses; none if that cannot be told.</summary>
    public static string[] Of(Process process)
    {
        if (OperatingSystem.IsWindows() || KeyOf(process) is not { } key)
            return [];
        ProcessStartInfo start = process.StartInfo;
        string? variable = start.Environment.TryGetValue("TMPDIR", out string? given) && given is not "" ? given : null;
        string home = start.WorkingDirectory is "" ? Environment.CurrentDirectory : start.WorkingDirectory;
        string directory = Path.Combine(home, variable ?? "/tmp");
        string name = string.Create(CultureInfo.InvariantCulture, $"{process.Id}-{key}");
        return
        [
            Path.Combine(directory, $"clr-debug-pipe-{name}-in"),
            Path.Combine(directory, $"clr-debug-pipe-{name}-out"),
            Path.Combine(directory, $"dotnet-diagnostic-{name}-socket"),
        ];
    }

    /// <summary>When the process started, as the runtime counts it: in ticks since the start of the system (Linux), or in seconds of Unix
    /// time (macOS).</summary>
    private static string? KeyOf(Process process)
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? DirectoryOwner.StartOf(process.Id)
                : new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            return null; // it has ended already
        }
    }
}
