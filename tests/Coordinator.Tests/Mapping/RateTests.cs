using Microsoft.Extensions.Time.Testing;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Mapping;

namespace Offloop.Tests.Mapping;

public class RateTests
{
    [Theory]
    [InlineData("10/s", 100)]
    [InlineData("0.5/s", 2000)]
    [InlineData("120/m", 500)]
    [InlineData("1/h", 3_600_000)]
    [InlineData("100000/s", 0.01)]
    public void A_number_and_a_unit_is_a_rate(string text, double milliseconds)
    {
        Assert.True(Rate.TryParse(text, out TimeSpan interval));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), interval);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("/s")]
    [InlineData("0/s")]
    [InlineData("-1/s")]
    [InlineData("10/d")]
    [InlineData("10/s/s")]
    [InlineData("100001/s")]
    [InlineData("0.1/h")]
    [InlineData("0.0000000000000000000000001/s")]
    public void Anything_else_is_refused(string text) => Assert.False(Rate.TryParse(text, out _));

    [Fact]
    public async Task Lines_begin_at_the_rate_and_time_that_was_lost_is_not_made_up_for()
    {
        var clock = new FakeTimeProvider();
        var pace = new Pace(TimeSpan.FromMilliseconds(100), clock);
        CancellationToken token = TestContext.Current.CancellationToken;

        Assert.True(pace.WaitAsync(token).IsCompletedSuccessfully);
        Task second = pace.WaitAsync(token);
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await second;

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(pace.WaitAsync(token).IsCompletedSuccessfully);
        Task next = pace.WaitAsync(token);
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await next;
    }
}
