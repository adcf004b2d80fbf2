namespace Offloop.Coordinator.Ticking;

/// <summary>The absolute schedule of the ticks, in the loop's time: tick <c>n</c> is due at n · interval, however late the ones before
/// it were, and the last one is due before the end.</summary>
internal readonly record struct TickSchedule(TimeSpan Interval, TimeSpan End)
{
    /// <summary>When tick <paramref name="n"/> is due.</summary>
    public TimeSpan Due(long n) => n * Interval;

    /// <summary>Whether tick <paramref name="n"/> is part of the schedule.</summary>
    public bool Has(long n) => Due(n) < End;

    /// <summary>The tick that follows tick <paramref name="n"/> at the time <paramref name="now"/>. Ticks that were missed meanwhile are
    /// skipped and not printed in a burst.</summary>
    public long NextAfter(long n, TimeSpan now) => Math.Max(n + 1, CountBefore(now));

    /// <summary>The number of ticks that are due before <paramref name="time"/>.</summary>
    public long CountBefore(TimeSpan time) => (time + Interval - TimeSpan.FromTicks(1)).Ticks / Interval.Ticks;
}
