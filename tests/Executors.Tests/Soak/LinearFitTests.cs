using Offloop.Soak.Trends;

namespace Offloop.Tests.Soak;

public sealed class LinearFitTests
{
    private const double Slope = 5;

    [Fact]
    public void Points_on_a_line_give_that_line_and_leave_no_doubt()
    {
        LinearFit fit = LinearFit.Of([.. Enumerable.Range(0, 9).Select(static i => new Reading(2 + i, 100 - (3 * i)))])!;

        Assert.Equal(-3, fit.Slope, 1e-9);
        Assert.Equal(100, fit.Start, 1e-9);
        Assert.Equal(-24, fit.Growth, 1e-9);
        Assert.Equal(0, fit.HalfWidth, 1e-6);
    }

    [Fact]
    public void Fewer_than_five_points_give_no_line() =>
        Assert.Null(LinearFit.Of([new Reading(0, 0), new Reading(1, 1), new Reading(2, 2), new Reading(3, 3)]));

    /// <summary>The example of a textbook: y = 2.2 + 0.6 x, with a standard error of 0.2828 and three degrees of freedom.</summary>
    [Fact]
    public void The_interval_is_that_of_a_textbook()
    {
        LinearFit fit = LinearFit.Of([new(1, 2), new(2, 4), new(3, 5), new(4, 4), new(5, 5)])!;

        Assert.Equal(0.6, fit.Slope, 1e-9);
        Assert.Equal(2.8, fit.Start, 1e-9);
        Assert.Equal(0.2828 * 3.182, fit.HalfWidth, 0.002);
    }

    [Fact]
    public void Nineteen_of_twenty_intervals_hold_the_slope_if_the_noise_is_independent() =>
        Assert.InRange(Covered(static (random, last) => Normal(random)), 0.92, 0.99);

    /// <summary>Without a regard for neighbours that resemble each other, fewer than half would.</summary>
    [Fact]
    public void Most_intervals_hold_the_slope_if_the_quantity_wanders() =>
        Assert.InRange(Covered(static (random, last) => (0.8 * last) + Normal(random)), 0.85, 0.99);

    private static double Covered(Func<Random, double, double> noise)
    {
        const int Runs = 500;
        int covered = 0;
        for (int seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            double last = 0;
            var points = new List<Reading>();
            for (int i = 0; i < 60; i++)
            {
                last = noise(random, last);
                points.Add(new Reading(i / 60.0, (Slope * i / 60.0) + last));
            }
            LinearFit fit = LinearFit.Of(points)!;
            covered += fit.Low < Slope && fit.High > Slope ? 1 : 0;
        }
        return (double)covered / Runs;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
