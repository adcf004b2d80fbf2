using System.Globalization;

namespace Offloop.Workers;

/// <summary>How many handles this process may still open (Linux). A runtime that gets none when it needs one may end its process without a
/// word that anybody could catch, so a pool does not take the last ones.</summary>
internal static class Handles
{
    /// <summary>How many have to be left for another worker to be started. A start takes about half of them for a moment, and the other
    /// half is the application's.</summary>
    public const int Needed = 32;

    private const string LimitName = "Max open files";
    private const string Remedy = "raise the limit (ulimit -n), or set MaxWorkers to a lower number";

    /// <summary>Why no other worker should be started now, as a clause; null if there are handles enough, or nobody can tell.</summary>
    public static string? Shortage()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            if (ReadLimit() is not { } limit)
                return null;
            long left = limit - Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount();
            return left >= Needed ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"only {left} of this process's {limit} handles are left, and another worker needs {Needed}; {Remedy}");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null; // there is no /proc here
        }
        catch (Exception error) // near the last handle anything may fail, even the loading of code
        {
            return $"the handles of this process cannot be counted ({error.Message.TrimEnd('.')}), so there is none to spare; {Remedy}";
        }
    }

    /// <summary>The line reads: name, soft limit, hard limit, unit.</summary>
    private static long? ReadLimit()
    {
        foreach (string line in File.ReadLines("/proc/self/limits"))
        {
            if (line.StartsWith(LimitName, StringComparison.Ordinal))
            {
                string soft = line[LimitName.Length..].TrimStart().Split(' ', 2)[0];
                return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null; // "unlimited"
            }
        }
        return null;
    }
}
