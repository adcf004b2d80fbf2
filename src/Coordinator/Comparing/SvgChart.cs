using System.Globalization;
using System.Text;

namespace Offloop.Coordinator.Comparing;

/// <summary>A chart of lines as inline SVG. Every line is labelled, so it needs neither scripts nor colours; the page's styles give it
/// both.</summary>
internal sealed class SvgChart
{
    private const int Width = 480;
    private const int Height = 300;
    private const int Left = 62;
    private const int Right = 28;
    private const int Top = 32;
    private const int Bottom = 42;
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;
    private readonly StringBuilder _svg = new();
    private readonly Func<double, double> _x;
    private readonly Func<double, double> _y;
    private int _legend = Left;

    /// <param name="title">What it shows, for who cannot see it.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    public SvgChart(string title, Axis x, Axis y)
    {
        _x = value => Left + x.Share(value) * (Width - Left - Right);
        _y = value => Height - Bottom - y.Share(value) * (Height - Top - Bottom);
        Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{Encode(title)}</title>");
        foreach ((double value, string label) in x.Ticks)
        {
            Add($"<line class=\"grid\" x1=\"{_x(value):0.#}\" x2=\"{_x(value):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            Add($"<text x=\"{_x(value):0.#}\" y=\"{Height - Bottom + 17}\" text-anchor=\"middle\">{Encode(label)}</text>");
        }
        foreach ((double value, string label) in y.Ticks)
        {
            Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{_y(value):0.#}\" y2=\"{_y(value):0.#}\"/>");
            Add($"<text x=\"{Left - 6}\" y=\"{_y(value) + 4:0.#}\" text-anchor=\"end\">{Encode(label)}</text>");
        }
        Add($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{Encode(x.Name)}</text>");
    }

    /// <summary>Draws a line, and names it above the chart.</summary>
    /// <param name="name">The name.</param>
    /// <param name="kind">The class that gives the line its colour and dashes.</param>
    /// <param name="points">The points, from left to right.</param>
    public void AddLine(string name, string kind, IReadOnlyList<(double X, double Y)> points)
    {
        int legend = _legend;
        _legend += 46 + 8 * name.Length; // the sign, the name in letters of about 8 units, and a gap
        Add($"<line class=\"line {kind}\" x1=\"{legend}\" x2=\"{legend + 30}\" y1=\"12\" y2=\"12\"/>");
        Add($"<text class=\"name {kind}\" x=\"{legend + 36}\" y=\"16\">{Encode(name)}</text>");
        string path = string.Join(' ', points.Select(point => string.Create(s_culture, $"{_x(point.X):0.#},{_y(point.Y):0.#}")));
        Add($"<polyline class=\"line {kind}\" points=\"{path}\"/>");
    }

    /// <summary>Marks the end of a line that did not reach its time.</summary>
    public void AddEnd(string kind, double x, double y)
    {
        (double left, double top) = (_x(x), _y(y));
        Add($"<path class=\"end {kind}\" d=\"M{left - 5:0.#},{top - 5:0.#}l10,10m0,-10l-10,10\"/>");
    }

    public override string ToString() => $"{_svg}</svg>";

    private static string Encode(string text) => System.Net.WebUtility.HtmlEncode(text);

    private void Add(FormattableString element) => _svg.AppendLine(element.ToString(s_culture));
}

/// <summary>An axis of a chart.</summary>
/// <param name="Name">What it measures, with the unit.</param>
/// <param name="Share">Where a value is, from 0 to 1.</param>
/// <param name="Ticks">The values that are named.</param>
internal sealed record Axis(string Name, Func<double, double> Share, IReadOnlyList<(double Value, string Label)> Ticks)
{
    /// <summary>An axis from 0 on which equal steps are equal differences, with some five round values.</summary>
    public static Axis Linear(string name, double end, Func<double, string> label)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(end / 4)));
        double step = power * new[] { 1, 2, 2.5, 5, 10 }.First(factor => power * factor >= end / 6);
        return new(
            name, value => Math.Clamp(value / end, 0, 1),
            [.. Enumerable.Range(0, (int)Math.Floor(end / step + 1e-9) + 1).Select(n => n * step).Select(value => (value, label(value)))]);
    }

    /// <summary>An axis of times on which equal steps are equal factors, from the power of ten below the least to that above the most.
    /// </summary>
    public static Axis Times(string name, double leastMs, double mostMs)
    {
        int first = (int)Math.Floor(Math.Log10(Math.Max(leastMs, 0.1)));
        int last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(Math.Max(mostMs, 0.2))));
        return new(
            name, value => Math.Clamp((Math.Log10(Math.Max(value, 1e-6)) - first) / (last - first), 0, 1),
            [.. Enumerable.Range(first, last - first + 1).Select(static power => (Math.Pow(10, power), LabelOf(power)))]);
    }

    private static string LabelOf(int power) => power < 3
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, power):0.#} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, power - 3):0} s");
}
