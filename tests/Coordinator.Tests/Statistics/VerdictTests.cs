using Offloop.Coordinator.Statistics;

namespace Offloop.Tests.Statistics;

public class VerdictTests
{
    [Theory]
    [InlineData(1000, 499, false)]
    [InlineData(1000, 500, true)]
    [InlineData(100, 249, false)]
    [InlineData(100, 250, true)]
    [InlineData(60_000, 29_999, false)]
    public void The_loop_is_blocked_when_the_worst_lag_reaches_half_the_interval_and_a_quarter_second(
        int interval, int lag, bool blocked) =>
        Assert.Equal(blocked, Verdict.BlockedFor(TimeSpan.FromMilliseconds(lag), TimeSpan.FromMilliseconds(interval)) is not null);
}
