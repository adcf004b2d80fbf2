using System.Globalization;

namespace Offloop.Soak.Sampling;

/// <summary>This process and its children as Linux shows them.</summary>
internal static class OwnProcess
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every platform that .NET runs on

    /// <summary>Reads a size of a file of lines such as "VmRSS:  1234 kB", in bytes.</summary>
    public static long Size(string file, string name)
    {
        string line = File.ReadLines(Path.Combine("/proc/self", file)).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return Number(line.AsSpan(name.Length + 1).Trim().TrimEnd(" kB")) << 10;
    }

    /// <summary>The open handles, less the one that counts them.</summary>
    public static int Handles() => Directory.GetFileSystemEntries("/proc/self/fd").Length - 1;

    public static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    /// <summary>The children and the seconds of processor time that this process, its children and those who were its children have
    /// used.</summary>
    public static (int Children, double Seconds) Family()
    {
        int children = 0;
        string[] self = Stat("self")!;
        double ticks = Number(self[11]) + Number(self[12]) + Number(self[13]) + Number(self[14]);
        foreach (string entry in Directory.EnumerateDirectories("/proc"))
        {
            string name = Path.GetFileName(entry);
            if (!char.IsAsciiDigit(name[0]) || Stat(name) is not { } stat || Number(stat[1]) != Environment.ProcessId)
                continue;
            children++;
            ticks += Number(stat[11]) + Number(stat[12]);
        }
        return (children, ticks / TicksPerSecond);
    }

    /// <summary>The columns behind the name of a process, from its state on; null if it has ended.</summary>
    private static string[]? Stat(string process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(ReadOnlySpan<char> text) => long.Parse(text, CultureInfo.InvariantCulture);
}
