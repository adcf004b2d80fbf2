using Offloop.Coordinator.Mapping;

namespace Offloop.Tests.Mapping;

public class MapProgressTests
{
    private static readonly MapReading s_reading = new()
    {
        Ok = 1200,
        Failed = 30,
        Retried = 4,
        Killed = 1,
        Skipped = 20,
        PerSecond = 50,
        Total = 5000,
        Workers = 4,
        WorkerBytes = 300 << 20,
    };

    [Fact]
    public void A_wide_terminal_shows_a_bar_and_one_line() =>
        Assert.Equal(
            [
                "━━━━━━━━━━━━─────────────────────────────────────  25 %  50/s, 01:15 left",
                "1,200 ok, 30 failed, 4 retried, 1 killed; 4 workers, 300 MiB",
            ],
            MapProgress.Lines(s_reading, 74, unicode: true));

    [Fact]
    public void A_narrow_one_without_unicode_shows_less_of_a_bar_and_two_lines() =>
        Assert.Equal(
            ["####-----------  25 %  50/s, 01:15 left", "1,200 ok, 30 failed, 4 retried, 1 killed", "4 workers, 300 MiB"],
            MapProgress.Lines(s_reading, 40, unicode: false));

    [Fact]
    public void Without_a_known_end_there_is_no_bar() =>
        Assert.Equal("9.5/s", MapProgress.Lines(s_reading with { Total = null, PerSecond = 9.5 }, 80, unicode: true)[0]);

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void A_terminal_of_hardly_any_width_is_no_error(int width) =>
        Assert.All(MapProgress.Lines(s_reading, width, unicode: true), line => Assert.NotEmpty(line));
}
