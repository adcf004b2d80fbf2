using System.Globalization;
using System.Runtime.InteropServices;

namespace Offloop.Chaos;

/// <summary>The processes of one pool as the system shows them, and the signals that are sent to them. Linux only.</summary>
internal static partial class PoolProcesses
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>All live processes of pools with their files there, including those that start or leave. A process that has ended has no
    /// command line.</summary>
    public static List<int> Of(string directory)
    {
        var found = new List<int>();
        foreach (string entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && CommandLineOf(entry).Contains(directory, StringComparison.Ordinal))
                found.Add(id);
        }
        found.Sort();
        return found;
    }

    /// <summary>The sockets that are bound in the directory.</summary>
    public static int SocketsIn(string directory) =>
        File.ReadLines("/proc/net/unix").Count(line => line.Contains(directory, StringComparison.Ordinal));

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Signal(int process, int signal);

    /// <summary>Whether the process lives and is not stopped.</summary>
    public static bool IsRunning(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('T' or 'Z');
        }
        catch (IOException)
        {
            return false; // it has just died
        }
    }

    private static string CommandLineOf(string entry)
    {
        try
        {
            return File.ReadAllText(Path.Combine(entry, "cmdline"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended meanwhile
        }
    }
}
