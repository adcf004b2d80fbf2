using System.Text;
using Offloop.Soak.Trends;

namespace Offloop.Soak.Report;

/// <summary>One small picture of a <see cref="Chart"/>: the samples, the line through the second half, and its slope in words.</summary>
internal sealed class Panel(Trend trend, double hours)
{
    public const int Width = 400;
    public const int Height = 240;

    private const int Left = 58, Right = 14, Top = 50, Bottom = 30;
    private const double MaxMarks = 5;
    private const int MaxPoints = 1500; // more than the pixels that a panel has

    private static readonly double[] s_minutes = [0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10_080];

    private readonly double _high = Ceiling(trend);

    public string Draw(int x, int y)
    {
        var svg = new StringBuilder();
        string colour = trend.IsFailure ? "#c0392b" : "#2c7a4b";
        string unit = trend.Quantity.Unit.Length > 0 ? $", {trend.Quantity.Unit}" : "";
        svg.Append(Text($"""<g transform="translate({x} {y})"><text class="name" x="0" y="18">{trend.Quantity.Name}{unit}</text>"""));
        svg.Append(Text($"""<text x="0" y="36" style="fill:{colour}">{trend.Text}</text>"""));
        for (int i = 0; i <= 4; i++)
        {
            double value = _high * i / 4;
            svg.Append(Text($"""<path class="grid" d="M{Left} {Y(value):0.0}H{Width - Right}"/>"""));
            svg.Append(Text($"""<text class="axis" text-anchor="end" x="{Left - 6}" y="{Y(value) + 4:0.0}">{value:#,0.##}</text>"""));
        }
        double step = s_minutes.FirstOrDefault(step => hours * 60 / step <= MaxMarks, s_minutes[^1]);
        for (double minutes = 0; minutes <= hours * 60; minutes += step)
        {
            string time = step < 60 ? Text($"{minutes:0.##} min") : Text($"{minutes / 60:0.##} h");
            svg.Append(Text($"""<text class="axis" text-anchor="middle" x="{X(minutes / 60):0.0}" y="{Height - 10}">{time}</text>"""));
        }
        svg.Append(Text($"""<path class="half" d="M{X(hours / 2):0.0} {Top}V{Height - Bottom}"/>"""));
        svg.Append(Text($"""<path class="samples" d="{Samples()}"/>"""));
        if (trend.Fit is { } fit)
        {
            svg.Append(Text($"""<path class="fit" stroke="{colour}" d="M{X(fit.From):0.0} {Y(fit.Start):0.0}"""));
            svg.Append(Text($"""L{X(fit.To):0.0} {Y(fit.Start + fit.Growth):0.0}"/>"""));
        }
        return svg.Append("</g>\n").ToString();
    }

    /// <summary>A round number above all samples, so that the axis has round numbers too.</summary>
    private static double Ceiling(Trend trend)
    {
        double highest = Math.Max(trend.Points.Select(static point => point.Value).DefaultIfEmpty().Max() * 1.05, 1);
        double power = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        return new[] { 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10 }.First(step => step * power >= highest) * power;
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private string Samples()
    {
        int step = (trend.Points.Count / MaxPoints) + 1;
        var path = new StringBuilder();
        for (int i = 0; i < trend.Points.Count; i += step)
            path.Append(Text($"{(i == 0 ? 'M' : 'L')}{X(trend.Points[i].Hours):0.0} {Y(trend.Points[i].Value):0.0}"));
        return path.ToString();
    }

    private double X(double time) => Left + ((Width - Left - Right) * time / hours);

    private double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * value / _high);
}
