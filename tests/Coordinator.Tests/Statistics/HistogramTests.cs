using Offloop.Coordinator.Statistics;

namespace Offloop.Tests.Statistics;

public class HistogramTests
{
    private readonly Histogram _histogram = new();

    [Fact]
    public void Without_times_there_is_no_percentile() => Assert.Null(_histogram.Percentile(50));

    [Fact]
    public void One_time_is_every_percentile()
    {
        _histogram.Add(TimeSpan.FromMilliseconds(12.345));

        Assert.Equal(TimeSpan.FromMilliseconds(12.345), _histogram.Percentile(1));
        Assert.Equal(TimeSpan.FromMilliseconds(12.345), _histogram.Percentile(99));
    }

    [Theory]
    [InlineData(50, 500)]
    [InlineData(99, 990)]
    [InlineData(100, 1000)]
    public void A_percentile_is_the_nearest_rank_within_one_percent(double percent, double milliseconds)
    {
        for (int i = 1000; i >= 1; i--)
            _histogram.Add(TimeSpan.FromMilliseconds(i));

        Assert.InRange(_histogram.Percentile(percent)!.Value.TotalMilliseconds, milliseconds, milliseconds * 1.01);
    }

    [Fact]
    public void Short_times_are_told_apart_by_the_microsecond()
    {
        _histogram.Add(TimeSpan.FromMicroseconds(7));
        _histogram.Add(TimeSpan.FromMicroseconds(8));

        Assert.Equal(TimeSpan.FromMicroseconds(7), _histogram.Percentile(50));
    }

    [Fact]
    public void The_longest_time_there_is_has_a_bucket()
    {
        _histogram.Add(TimeSpan.MaxValue);
        _histogram.Add(TimeSpan.Zero);

        Assert.Equal(TimeSpan.MaxValue, _histogram.Max);
        Assert.Equal(TimeSpan.Zero, _histogram.Percentile(50));
    }
}
