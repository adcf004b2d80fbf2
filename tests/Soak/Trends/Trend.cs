using Offloop.Soak.Sampling;

namespace Offloop.Soak.Trends;

/// <summary>How a quantity developed, and whether it grew over the second half of the time.</summary>
/// <param name="Quantity">The quantity.</param>
/// <param name="Points">All its samples.</param>
/// <param name="Fit">The line through the medians of the second half; null if there are too few.</param>
internal sealed record Trend(Quantity Quantity, IReadOnlyList<Reading> Points, LinearFit? Fit)
{
    /// <summary>Short runs have smaller bins, so that they have enough.</summary>
    private const double BinHours = 1.0 / 60;

    private const int LeastBins = 10;

    /// <summary>Whether even the low end of the interval grows by more than the limit, and the growth is more than chance.</summary>
    public bool IsFailure => Fit is { } fit && fit.Low > Quantity.Limit && fit.Growth > Quantity.Least;

    /// <summary>The slope with its interval, in words.</summary>
    public string Text => Fit is { } fit
        ? FormattableString.Invariant(
            $"{fit.Slope:+0.00;-0.00;0.00} {Unit}an hour ({fit.Low:0.00} to {fit.High:0.00}, limit {Quantity.Limit:0.##})")
        : "too few samples";

    private string Unit => Quantity.Unit.Length > 0 ? $"{Quantity.Unit} " : "";

    public static Trend Of(Quantity quantity, IEnumerable<Sample> samples)
    {
        var points = new List<Reading>();
        foreach (Sample sample in samples)
        {
            if (quantity.Read(sample) is { } value)
                points.Add(new Reading(sample.At.TotalHours, value));
        }
        return new Trend(quantity, points, points.Count == 0 ? null : LinearFit.Of(SecondHalf(points)));
    }

    private static List<Reading> SecondHalf(List<Reading> points)
    {
        double middle = points[^1].Hours / 2;
        return Bins.Medians(points.Where(point => point.Hours > middle), Math.Min(BinHours, middle / LeastBins));
    }
}
