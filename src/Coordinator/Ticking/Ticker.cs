using Offloop.Coordinator.Stopping;

namespace Offloop.Coordinator.Ticking;

/// <summary>Ticks on the event loop, on an absolute schedule.</summary>
/// <param name="loop">The loop that the ticker runs on.</param>
/// <param name="schedule">When each tick is due.</param>
/// <param name="tick">Called at every tick with its lag and with the due time of the next one.</param>
internal sealed class Ticker(EventLoop loop, TickSchedule schedule, Action<TimeSpan, TimeSpan> tick)
{
    /// <summary>Ticks until the schedule is over or the run ends. The first tick comes before the call returns, so nothing that is started
    /// afterwards can hold it up.</summary>
    public async Task RunAsync(StopSignal stop)
    {
        long n = 0;
        while (schedule.Has(n) && !stop.IsRequested)
        {
            TimeSpan now = loop.Now;
            long next = schedule.NextAfter(n, now);
            tick(now - schedule.Due(n), schedule.Due(next));
            n = next;
            try
            {
                await loop.DelayUntil(schedule.Due(n), stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsRequested)
            {
                return; // how a run ends
            }
        }
    }
}
