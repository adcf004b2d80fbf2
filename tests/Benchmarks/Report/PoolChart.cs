using System.Globalization;
using System.Security;
using System.Text;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Report;

/// <summary>The pools side by side as bars, as SVG for light and dark pages: a panel for each measurement.</summary>
internal static class PoolChart
{
    private const int Columns = 2;
    private const int PanelWidth = 470;
    private const int Margin = 24;
    private const int Heading = 34;
    private const int Row = 22;
    private const int NameWidth = 190;
    private const int ValueWidth = 84;

    private const string Style = """
        text { font: 12px "DejaVu Sans", sans-serif; fill: #222 }
        .name { font-weight: bold; font-size: 14px }
        .ours { font-weight: bold }
        .bar { fill: #9db4cf }
        .bar.ours { fill: #1f6f43 }
        .page { fill: #fff }
        @media (prefers-color-scheme: dark) {
          text { fill: #ddd }
          .bar { fill: #4d6784 }
          .bar.ours { fill: #4fb87f }
          .page { fill: #0d1117 }
        }
        """;

    private static readonly (string Value, string Title, string Unit)[] s_panels =
    [
        ("one", "One at a time (less is better)", " µs"),
        ("bulk", "Bulk submit of no-ops (more is better)", "/s"),
        ("echo16", "16 MiB there and back (less is better)", " ms"),
        ("first", "First result after start (less is better)", " ms"),
    ];

    public static string Draw(Results results)
    {
        var panels = s_panels.Select(panel => Panel(results, panel.Value, panel.Title, panel.Unit)).ToList();
        int panelHeight = panels.Max(static panel => panel.Height);
        int rows = (panels.Count + Columns - 1) / Columns;
        int width = Columns * (PanelWidth + Margin) + Margin;
        int height = rows * (panelHeight + Margin) + Margin;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" ");
        svg.Append(CultureInfo.InvariantCulture, $"width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Pools compared\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<style>\n{Style}\n</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
        for (int i = 0; i < panels.Count; i++)
        {
            int x = Margin + i % Columns * (PanelWidth + Margin);
            int y = Margin + i / Columns * (panelHeight + Margin);
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({x} {y})\">\n{panels[i].Svg}</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static (string Svg, int Height) Panel(Results results, string value, string title, string unit)
    {
        (string Who, double Value)[] bars =
        [
            .. Who.Pools.Where(who => who != Who.Thread && who != Who.MemoryCopy && results.Median(who, value) is not null)
                .Select(who => (who, results.Median(who, value)!.Value)),
        ];
        double most = bars.Select(static bar => bar.Value).DefaultIfEmpty(1).Max();
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name\" x=\"0\" y=\"14\">{title}</text>\n");
        int y = Heading;
        foreach ((string who, double measured) in bars)
        {
            double length = Math.Max(1, (PanelWidth - NameWidth - ValueWidth) * measured / most);
            string ours = who == Who.Process ? " ours" : "";
            string name = SecurityElement.Escape(Short(who));
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{ours.Trim()}\" x=\"0\" y=\"{y}\">{name}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar{ours}\" x=\"{NameWidth}\" y=\"{y - 11}\" ");
            svg.Append(CultureInfo.InvariantCulture, $"width=\"{length:0.#}\" height=\"14\" rx=\"2\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{ours.Trim()}\" x=\"{NameWidth + length + 6:0.#}\" y=\"{y}\">");
            svg.Append(CultureInfo.InvariantCulture, $"{BenchReport.Number(measured)}{unit}</text>\n");
            y += Row;
        }
        return (svg.ToString(), y);
    }

    /// <summary>A name without its remarks.</summary>
    private static string Short(string who) => who.Split(',')[0].Split(" (")[0];
}
