using System.Diagnostics;
using System.Globalization;

namespace Offloop.Tests;

/// <summary>How long tests wait before they call it a hang, and how they wait for states that have no event.</summary>
internal static class Waiting
{
    /// <summary>The limit of a test, far above the time it takes on a loaded machine.</summary>
    public const int Hang = 60_000;

    public static readonly TimeSpan ForStart = TimeSpan.FromSeconds(40);

    /// <summary>Looks until it is so. This is for snapshots and states of other processes, which nothing announces.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        var time = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(time.ElapsedMilliseconds < Hang / 2, $"It did not come so far: {what}.");
            await Task.Delay(10);
        }
    }

    public static Task UntilGoneAsync(int process) => UntilAsync(() => !IsAlive(process), $"process {process} has ended");

    /// <summary>Whether the process runs. A process that has ended, but whose end nobody has asked about yet, does not.</summary>
    public static bool IsAlive(int process)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var found = Process.GetProcessById(process);
                return !found.HasExited;
            }
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
