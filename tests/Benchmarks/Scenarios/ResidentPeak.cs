using System.Globalization;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The highest resident size of a process since <see cref="Reset"/>. Only Linux can reset it.</summary>
internal static class ResidentPeak
{
    /// <summary>Resets the peak and returns the current size in bytes.</summary>
    public static long Reset(int process)
    {
        File.WriteAllText($"/proc/{process}/clear_refs", "5");
        return Read(process, "VmRSS:");
    }

    /// <summary>The size in bytes now.</summary>
    public static long Now(int process) => Read(process, "VmRSS:");

    public static long Of(int process) => Read(process, "VmHWM:");

    private static long Read(int process, string what)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(what, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(what.Length).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
