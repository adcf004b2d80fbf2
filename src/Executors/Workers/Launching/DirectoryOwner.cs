using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Offloop.Workers;

/// <summary>Which process a private directory belongs to: its id, when it started (an id is used again after a while), and on Linux its
/// pid namespace (the same id is another process in another container). It is a file of three lines in the directory.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Started">Its start, as the system counts it.</param>
/// <param name="Namespace">Its pid namespace, or an empty text.</param>
internal sealed record DirectoryOwner(int ProcessId, string Started, string Namespace)
{
    public const string FileName = "owner";

    // Of /proc/[pid]/stat after the closing parenthesis of the name, counted from 0 (proc(5) counts from 3).
    private const int StateField = 0;
    private const int StartTimeField = 19;

    /// <summary>This process.</summary>
    public static DirectoryOwner Self { get; } = new(
        Environment.ProcessId, StartOf(Environment.ProcessId) ?? "", OwnNamespace());

    /// <summary>Whether the process may live: it does, or it cannot be seen from here.</summary>
    public bool MayLive => Namespace != Self.Namespace || StartOf(ProcessId) == Started;

    /// <summary>Reads the owner that a directory names; null if it names none, or if that cannot be read.</summary>
    public static DirectoryOwner? Read(string directory)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(directory, FileName)) is [var id, var started, var space]
                && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                ? new DirectoryOwner(process, started, space)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string directory) => File.WriteAllLines(
        Path.Combine(directory, FileName), [ProcessId.ToString(CultureInfo.InvariantCulture), Started, Namespace]);

    private static string OwnNamespace()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "" : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // there is no /proc here
        }
    }

    /// <summary>When a process started; null if there is none with this id. A process that has ended and waits to be reaped is none.
    /// <see cref="Process.StartTime"/> would change with the clock on Linux.</summary>
    internal static string? StartOf(int process)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[StateField] is "Z" or "X" ? null : fields[StartTimeField];
            }
            using var found = Process.GetProcessById(process);
            return found.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
