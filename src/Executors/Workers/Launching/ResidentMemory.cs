using System.Diagnostics;
using System.Globalization;

namespace Offloop.Workers;

/// <summary>Reads how much memory a worker uses. On Linux that is its whole process group, so that a child counts even when its parent is
/// gone; elsewhere the worker alone.</summary>
internal static class ResidentMemory
{
    // Fields of /proc/[pid]/stat after the closing parenthesis of the name, counted from 0 (proc(5) counts them from 3).
    private const int GroupField = 2;
    private const int ResidentPagesField = 21;

    /// <summary>Resident bytes of each group, given by its leader, in one look at the system; a leader that is gone may be
    /// missing.</summary>
    public static Dictionary<int, long> OfGroups(IReadOnlyCollection<int> leaders) =>
        OperatingSystem.IsLinux() ? OfLinuxGroups(leaders.ToHashSet()) : leaders.ToDictionary(static leader => leader, OfProcess);

    /// <summary>Resident bytes of one process, or null if it is gone. On Linux <see cref="Process.WorkingSet64"/> would look at each of its
    /// threads for that.</summary>
    public static long? Of(Process process)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return ReadStat($"/proc/{process.Id}") is { } fields ? ResidentBytes(fields) : null;
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static Dictionary<int, long> OfLinuxGroups(HashSet<int> leaders)
    {
        var bytes = new Dictionary<int, long>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && ReadStat(directory) is [.. var fields]
                && int.Parse(fields[GroupField], CultureInfo.InvariantCulture) is var group
                && leaders.Contains(group))
                bytes[group] = bytes.GetValueOrDefault(group) + ResidentBytes(fields);
        }
        return bytes;
    }

    private static long ResidentBytes(string[] fields) =>
        long.Parse(fields[ResidentPagesField], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    private static string[]? ReadStat(string directory)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(directory, "stat"));
            // The name may hold spaces and parentheses itself.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it ended meanwhile
        }
    }

    private static long OfProcess(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.WorkingSet64;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }
}
