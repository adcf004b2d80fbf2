using Offloop.Tests;

namespace Offloop.Dashboard.Recording;

public sealed class LoopLagsTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_loop_that_is_blocked_is_seen_while_it_is_and_the_thread_pool_is_there_by_itself()
    {
        var loop = new StuckLoop();
        using var monitor = new LoopMonitor(loop, new LoopMonitorOptions { Name = "stuck", Period = TimeSpan.FromMilliseconds(1) });
        using var lags = new LoopLags();

        await Waiting.UntilAsync(
            () =>
            {
                lags.Sample();
                return lags.Read().Any(static lag => lag is { Name: "stuck", MaxLagMs: > 20 });
            },
            "the lag grows");

        Assert.Contains(lags.Read(), static lag => lag.Name == "thread_pool");
        Assert.True(monitor.MaxLag > TimeSpan.Zero); // it is not reset
    }

    [Fact]
    public void One_that_has_ended_goes()
    {
        using var lags = new LoopLags();
        var monitor = new LoopMonitor(new StuckLoop(), new LoopMonitorOptions { Name = "short" });
        lags.Sample();
        Assert.Contains(lags.Read(), static lag => lag.Name == "short");

        monitor.Dispose();
        lags.Sample();

        Assert.DoesNotContain(lags.Read(), static lag => lag.Name == "short");
    }

    /// <summary>A loop that never comes to its work.</summary>
    private sealed class StuckLoop : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
