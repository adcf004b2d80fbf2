using Offloop.Coordinator.Cli;

namespace Offloop.Tests.Cli;

public class DurationTextTests
{
    [Theory]
    [InlineData("1ms", 1)]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("1m", 60_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("500h", 1_800_000_000)]
    public void A_number_with_a_unit_is_a_duration(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5 s")]
    [InlineData(" 5s")]
    [InlineData("5S")]
    [InlineData("1,5s")]
    [InlineData("1e3s")]
    [InlineData("0s")]
    [InlineData("0.5ms")]
    [InlineData("501h")]
    [InlineData("99999999999999999999999999999999999999h")]
    [InlineData("ten seconds")]
    public void Anything_else_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public void A_delay_may_be_zero()
    {
        Assert.True(DurationText.TryParseOrZero("0ms", out TimeSpan value));
        Assert.Equal(TimeSpan.Zero, value);
    }

    [Theory]
    [InlineData(200, "200 ms")]
    [InlineData(1_000, "1 s")]
    [InlineData(1_500, "1.5 s")]
    [InlineData(90_000, "90 s")]
    public void It_is_written_for_people(int milliseconds, string text) =>
        Assert.Equal(text, DurationText.Format(TimeSpan.FromMilliseconds(milliseconds)));
}
