using System.Globalization;
using Offloop.Soak.Sampling;

namespace Offloop.Soak.Trends;

/// <summary>How a quantity developed, and whether it grew over the second half of the time.</summary>
/// <param name="Quantity">The quantity.</param>
/// <param name="Points">All its samples.</param>
/// <param name="Fit">The line through the medians of the second half; null if there are too few.</param>
internal sealed record Trend(Quantity Quantity, IReadOnlyList<Point> Points, LinearFit? Fit)
{
    /// <summary>Short runs have smaller bins, so that they have enough.</summary>
    private const double BinHours = 1.0 / 60;

    private const int LeastBins = 10;

    /// <summary>Whether even the low end of the interval grows by more than the limit, and the growth is more than chance.</summary>
    public bool IsFailure => Fit is { } fit && fit.Low > Quantity.Limit && fit.Growth > Quantity.Least;

    /// <summary>The slope with its interval, in words.</summary>
    public string Text => Fit is { } fit
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{fit.Slope:+0.00;-0.00;0.00} {Quantity.Unit}{(Quantity.Unit.Length > 0 ? " " : "")}an hour ({fit.Low:0.00} to {fit.High:0.00}, limit "
            + $"{Quantity.Limit:0.##})")
        : "too few samples";

    public static Trend Of(Quantity quantity, IEnumerable<Sample> samples)
    {
        var points = new List<Point>();
        foreach (Sample sample in samples)
        {
            if (quantity.Read(sample) is { } value)
                points.Add(new Point(sample.At.TotalHours, value));
        }
        return new Trend(quantity, points, points.Count == 0 ? null : LinearFit.Of(SecondHalf(points)));
    }

    private static List<Point> SecondHalf(List<Point> points)
    {
        double middle = points[^1].Hours / 2;
        return Bins.Medians(points.Where(point => point.Hours > middle), Math.Min(BinHours, middle / LeastBins));
    }
}
