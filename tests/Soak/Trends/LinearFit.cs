namespace Offloop.Soak.Trends;

/// <summary>A straight line through points, and how sure its slope is.</summary>
/// <param name="Slope">The growth per hour.</param>
/// <param name="Start">The value of the line at <paramref name="From"/>.</param>
/// <param name="HalfWidth">Half the width of the slope's 95 % interval.</param>
/// <param name="From">The first hour.</param>
/// <param name="To">The last hour.</param>
internal sealed record LinearFit(double Slope, double Start, double HalfWidth, double From, double To)
{
    /// <summary>Fewer points say nothing about their scatter.</summary>
    public const int LeastPoints = 5;

    public double Low => Slope - HalfWidth;

    public double High => Slope + HalfWidth;

    /// <summary>How much the line grows from end to end.</summary>
    public double Growth => Slope * (To - From);

    /// <summary>Fits by least squares. Points near each other in time resemble each other, so they count as fewer: n (1 - r) / (1 + r),
    /// with the correlation r of neighbours' distances from the line. Otherwise a quantity that wanders about would pass for one that
    /// grows.</summary>
    public static LinearFit? Of(IReadOnlyList<Reading> points)
    {
        if (points.Count < LeastPoints)
            return null;
        double meanTime = points.Average(static point => point.Hours);
        double mean = points.Average(static point => point.Value);
        double spread = points.Sum(point => Square(point.Hours - meanTime));
        double slope = points.Sum(point => (point.Hours - meanTime) * (point.Value - mean)) / spread;
        double[] rest = [.. points.Select(point => point.Value - mean - (slope * (point.Hours - meanTime)))];
        double restSquares = rest.Sum(Square);
        double count = Math.Max(LeastPoints, points.Count * Independence(rest, restSquares));
        double error = Math.Sqrt(restSquares / (count - 2) / spread * points.Count / count);
        double from = points[0].Hours;
        return new LinearFit(slope, mean + (slope * (from - meanTime)), Student.Quantile(count - 2) * error, from, points[^1].Hours);
    }

    private static double Independence(double[] rest, double restSquares)
    {
        if (restSquares == 0)
            return 1;
        double together = 0;
        for (int i = 1; i < rest.Length; i++)
            together += rest[i - 1] * rest[i];
        double correlation = Math.Clamp(together / restSquares, 0, 0.99);
        return (1 - correlation) / (1 + correlation);
    }

    private static double Square(double value) => value * value;
}
