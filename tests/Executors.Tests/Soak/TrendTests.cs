using Offloop.Soak.Sampling;
using Offloop.Soak.Trends;

namespace Offloop.Tests.Soak;

public sealed class TrendTests
{
    private const long MiB = 1 << 20;

    private static readonly TimeSpan s_hours = TimeSpan.FromHours(2);

    [Fact]
    public void Memory_that_leaks_in_spite_of_much_noise_fails() => Assert.True(Memory(At(static hours => 100 + (10 * hours))).IsFailure);

    [Fact]
    public void Memory_that_stays_about_the_same_holds() => Assert.False(Memory(At(static _ => 100)).IsFailure);

    [Fact]
    public void Memory_that_grows_in_the_first_half_alone_holds() =>
        Assert.False(Memory(At(static hours => 100 + (60 * Math.Min(hours, 1)))).IsFailure);

    [Fact]
    public void Memory_that_grows_more_slowly_than_matters_holds() =>
        Assert.False(Memory(At(static hours => 100 + (4 * hours))).IsFailure);

    [Fact]
    public void A_short_burst_of_memory_moves_nothing()
    {
        LinearFit calm = Memory(At(static _ => 100)).Fit!;
        LinearFit burst = Memory(At(static hours => hours is > 1.8 and < 1.806 ? 2000 : 100)).Fit!;

        Assert.Equal(calm.Slope, burst.Slope, 1.0);
    }

    [Fact]
    public void One_thread_more_is_no_leak_of_threads() =>
        Assert.False(Named("threads", At(static _ => 100, static hours => hours > 1.5 ? 21 : 20)).IsFailure);

    [Fact]
    public void A_thread_every_quarter_of_an_hour_is_one() =>
        Assert.True(Named("threads", At(static _ => 100, static hours => (int)(20 + (4 * hours)))).IsFailure);

    [Fact]
    public void A_few_samples_tell_nothing()
    {
        Trend trend = Memory([.. At(static hours => 100 * hours).Take(4)]);

        Assert.Null(trend.Fit);
        Assert.False(trend.IsFailure);
    }

    private static Trend Memory(Sample[] samples) => Named("resident memory", samples);

    private static Trend Named(string name, Sample[] samples) =>
        Trend.Of(Quantity.All.Single(quantity => quantity.Name == name), samples);

    /// <summary>Two hours of samples, five seconds apart. The memory has noise of 3 MiB.</summary>
    private static Sample[] At(Func<double, double> mebibytes, Func<double, int>? threads = null)
    {
        var random = new Random(1);
        var samples = new List<Sample>();
        for (TimeSpan at = TimeSpan.Zero; at < s_hours; at += TimeSpan.FromSeconds(5))
        {
            samples.Add(new Sample
            {
                At = at,
                Resident = (long)((mebibytes(at.TotalHours) + (6 * random.NextDouble()) - 3) * MiB),
                PrivateDirty = 0,
                ManagedHeap = null,
                Committed = 0,
                Handles = 0,
                Threads = threads?.Invoke(at.TotalHours) ?? 0,
                Timers = 0,
                Files = 0,
                Children = 0,
                Cores = 0,
                Ended = 0,
                Lost = 0,
                Started = 0,
            });
        }
        return [.. samples];
    }
}
