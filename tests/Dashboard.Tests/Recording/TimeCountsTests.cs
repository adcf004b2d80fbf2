namespace Offloop.Dashboard.Recording;

public sealed class TimeCountsTests
{
    [Theory]
    [InlineData(0.0005)]
    [InlineData(0.031)]
    [InlineData(0.9)]
    [InlineData(17)]
    [InlineData(3_600)]
    public void A_percentile_is_at_most_a_thirty_second_off(double largestSeconds)
    {
        var counts = new TimeCounts();
        for (int i = 1; i <= 1000; i++)
            counts.Add(100, TimeSpan.FromSeconds(largestSeconds * i / 1000));

        Percentiles read = counts.Read(100)!;

        Assert.Equal(1000, read.Count);
        foreach ((double share, double told) in new[] { (0.5, read.P50Ms), (0.95, read.P95Ms), (0.99, read.P99Ms) })
        {
            double exact = largestSeconds * share * 1000;
            Assert.True(Math.Abs(told - exact) <= (exact / 32) + 0.002, $"{told} instead of {exact}");
        }
    }

    [Fact]
    public void A_time_counts_for_a_minute()
    {
        var counts = new TimeCounts();
        counts.Add(100, TimeSpan.FromSeconds(1));
        counts.Add(130, TimeSpan.FromSeconds(2));

        Assert.Equal(2, counts.Read(159)!.Count);
        Assert.Equal(1, counts.Read(160)!.Count);
        Assert.Null(counts.Read(190));
        counts.Add(220, TimeSpan.FromSeconds(3)); // in the place of an old second
        Assert.Equal(1, counts.Read(220)!.Count);
    }

    [Fact]
    public void A_time_of_a_month_and_one_below_zero_are_counted_too()
    {
        var counts = new TimeCounts();
        counts.Add(100, TimeSpan.FromDays(30));
        counts.Add(100, TimeSpan.FromSeconds(-1));

        Assert.Equal(2, counts.Read(100)!.Count);
    }
}
