namespace Offloop.Coordinator.Statistics;

/// <summary>Whether the event loop was free.</summary>
internal static class Verdict
{
    private static readonly TimeSpan s_leastBlocked = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the loop was blocked, or null where it was free: it counts as blocked when its worst lag reaches half the
    /// interval, and 250 ms, below which a busy machine alone may be the cause.</summary>
    public static TimeSpan? BlockedFor(TimeSpan worstLag, TimeSpan interval)
    {
        TimeSpan threshold = interval / 2 > s_leastBlocked ? interval / 2 : s_leastBlocked;
        return worstLag >= threshold ? worstLag : null;
    }
}
