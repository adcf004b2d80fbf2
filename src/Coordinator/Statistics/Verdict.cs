namespace Offloop.Coordinator.Statistics;

/// <summary>Decides whether the event loop was free.</summary>
internal static class Verdict
{
    private static readonly TimeSpan s_leastBlocked = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the loop was blocked, or null if it was free. It counts as blocked if its worst lag reaches both half the interval
    /// and 250 ms. Below that, a busy machine alone may be the cause.</summary>
    public static TimeSpan? BlockedFor(TimeSpan worstLag, TimeSpan interval)
    {
        TimeSpan threshold = interval / 2 > s_leastBlocked ? interval / 2 : s_leastBlocked;
        return worstLag >= threshold ? worstLag : null;
    }
}
