namespace Offloop.Soak.Trends;

/// <summary>Medians over spans of time, which a single odd sample does not move.</summary>
internal static class Bins
{
    /// <summary>Puts the points, which are in order of time, into bins of this width. A bin without points is left out.</summary>
    public static List<Reading> Medians(IEnumerable<Reading> points, double hours) =>
        [.. points.GroupBy(point => Math.Floor(point.Hours / hours)).Select(static bin => Median([.. bin]))];

    private static Reading Median(Reading[] bin)
    {
        double[] values = [.. bin.Select(static point => point.Value).Order()];
        double median = (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
        return new Reading(bin.Average(static point => point.Hours), median);
    }
}
