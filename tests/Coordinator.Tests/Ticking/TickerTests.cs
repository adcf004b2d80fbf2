using Microsoft.Extensions.Time.Testing;
using Offloop.Coordinator.Stopping;
using Offloop.Coordinator.Ticking;

namespace Offloop.Tests.Ticking;

[Collection(OwnClock.Name)]
public class TickerTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StopSignal _stop = new();
    private readonly List<(double Lag, double NextDue)> _ticks = [];

    [Fact]
    public void The_first_tick_comes_before_anything_that_is_started_after_the_ticker() => Run(ticking =>
    {
        Assert.Equal([(0, 1)], _ticks);
        return Task.CompletedTask;
    });

    [Fact]
    public void Ticks_come_on_schedule() => Run(async ticking =>
    {
        await AdvanceAsync(1);
        await AdvanceAsync(1.25);
        await AdvanceAsync(0.75);

        Assert.Equal([(0, 1), (0, 2), (0.25, 3), (0, 4)], _ticks);
    });

    [Fact]
    public void Ticks_that_were_missed_do_not_come_in_a_burst() => Run(async ticking =>
    {
        await AdvanceAsync(4.5);
        await AdvanceAsync(0.5);

        Assert.Equal([(0, 1), (3.5, 5), (0, 6)], _ticks);
    });

    [Fact]
    public void After_a_stop_there_is_no_further_tick() => Run(async ticking =>
    {
        _stop.Request(StopReason.Interrupted);
        await AdvanceAsync(1);

        Assert.Equal([(0, 1)], _ticks);
        Assert.True(ticking.IsCompletedSuccessfully);
    });

    [Fact]
    public void A_stop_ends_the_wait_for_the_next_tick() => Run(async ticking =>
    {
        _stop.Request(StopReason.Interrupted);
        _stop.Cancel();
        await ticking;

        Assert.Single(_ticks);
    });

    [Fact]
    public void The_ticker_ends_with_its_schedule() => Run(async ticking =>
    {
        await AdvanceAsync(9);
        await AdvanceAsync(1);

        Assert.Equal([(0, 1), (8, 9), (0, 10)], _ticks);
        Assert.True(ticking.IsCompletedSuccessfully);
    });

    private void Run(Func<Task, Task> test)
    {
        var loop = new EventLoop(_clock);
        var schedule = new TickSchedule(TimeSpan.FromSeconds(1), End: TimeSpan.FromSeconds(10));
        var ticker = new Ticker(loop, schedule, (lag, nextDue) => _ticks.Add((lag.TotalSeconds, nextDue.TotalSeconds)));
        loop.Run(() => test(ticker.RunAsync(_stop)));
    }

    /// <summary>Moves the clock, and lets the loop run everything that is ready then.</summary>
    private async Task AdvanceAsync(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        for (int i = 0; i < 10; i++)
            await Task.Yield();
    }
}
