using Offloop.Coordinator.Ticking;

namespace Offloop.Coordinator.Statistics;

/// <summary>Measures how punctual the ticks were. A tick that never came counts with the time by which it was overdue at the end.</summary>
internal sealed class TickStatistics(TickSchedule schedule)
{
    private TimeSpan _nextDue;

    public Histogram Lags { get; } = new();

    public void Add(TimeSpan lag, TimeSpan nextDue)
    {
        Lags.Add(lag);
        _nextDue = nextDue;
    }

    /// <summary>The number of ticks that are due before <paramref name="end"/>.</summary>
    public long Expected(TimeSpan end) => schedule.CountBefore(end);

    /// <summary>The worst lag of a run that ended at <paramref name="end"/>.</summary>
    public TimeSpan WorstLag(TimeSpan end)
    {
        TimeSpan overdue = end - _nextDue;
        return overdue > Lags.Max ? overdue : Lags.Max;
    }
}
