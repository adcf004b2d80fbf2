using Offloop.Coordinator.Ticking;

namespace Offloop.Tests.Ticking;

[Collection(OwnClock.Name)]
public class TickScheduleTests
{
    private static readonly TickSchedule s_schedule = new(TimeSpan.FromSeconds(1), End: TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 3, 1)]
    [InlineData(0, 999, 1)]
    [InlineData(0, 1000, 1)]
    [InlineData(0, 1001, 2)]
    [InlineData(1, 1003, 2)]
    [InlineData(1, 4500, 5)]
    [InlineData(3, 2999, 4)] // a wait that ended too early does not bring the same tick twice
    public void After_a_tick_comes_the_next_one_that_is_not_over(long n, int nowMilliseconds, long next) =>
        Assert.Equal(next, s_schedule.NextAfter(n, TimeSpan.FromMilliseconds(nowMilliseconds)));

    [Fact]
    public void Lag_does_not_accumulate()
    {
        long n = 0;
        for (int i = 0; i < 1000; i++)
            n = s_schedule.NextAfter(n, s_schedule.Due(n) + TimeSpan.FromMilliseconds(7));

        Assert.Equal(TimeSpan.FromSeconds(1000), s_schedule.Due(n));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1001, 2)]
    [InlineData(10_000, 10)]
    [InlineData(10_001, 11)]
    public void A_tick_that_is_due_at_the_end_is_not_expected(int endMilliseconds, long expected) =>
        Assert.Equal(expected, s_schedule.CountBefore(TimeSpan.FromMilliseconds(endMilliseconds)));

    [Fact]
    public void The_last_tick_is_due_before_the_end()
    {
        Assert.True(s_schedule.Has(9));
        Assert.False(s_schedule.Has(10));
    }
}
