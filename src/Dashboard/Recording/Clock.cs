using System.Diagnostics;

namespace Offloop.Dashboard.Recording;

/// <summary>The dashboard's own clock, which only goes forward: executors may have clocks of their own, which do not go together.</summary>
internal static class Clock
{
    private static readonly long s_start = Stopwatch.GetTimestamp();

    /// <summary>The time since the first look at the clock, and some minutes, so that nothing lies before its beginning.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(s_start) + TimeSpan.FromMinutes(5);

    public static long Second => (long)Now.TotalSeconds;
}
