using System.Globalization;
using System.Security;
using System.Text;
using Offloop.Soak.Trends;

namespace Offloop.Soak.Report;

/// <summary>A picture of all quantities over time, as SVG.</summary>
internal static class Chart
{
    private const int Columns = 3;
    private const int Margin = 24;
    private const int Heading = 52;

    private const string Style = """
        text { font: 12px "DejaVu Sans", sans-serif; fill: #222 }
        .title { font-size: 16px; font-weight: bold }
        .name { font-size: 14px; font-weight: bold }
        .axis { font-size: 11px; fill: #666 }
        .grid { stroke: #e4e4e4; fill: none }
        .half { stroke: #999; stroke-dasharray: 3 3; fill: none }
        .samples { stroke: #7a9cc6; stroke-width: 1.2; fill: none }
        .fit { stroke-width: 2.5; fill: none }
        """;

    public static string Draw(string title, IReadOnlyList<Trend> trends)
    {
        double hours = trends.SelectMany(static trend => trend.Points).Select(static point => point.Hours).DefaultIfEmpty(1).Max();
        int rows = (trends.Count + Columns - 1) / Columns;
        int width = Margin + (Columns * (Panel.Width + Margin));
        int height = Heading + (rows * (Panel.Height + Margin));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" ");
        svg.Append(CultureInfo.InvariantCulture, $"width=\"{width}\" height=\"{height}\">\n<style>{Style}</style>\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{Margin}\" y=\"32\">{SecurityElement.Escape(title)}</text>\n");
        for (int i = 0; i < trends.Count; i++)
        {
            int x = Margin + (i % Columns * (Panel.Width + Margin));
            int y = Heading + (i / Columns * (Panel.Height + Margin));
            svg.Append(new Panel(trends[i], hours).Draw(x, y));
        }
        return svg.Append("</svg>\n").ToString();
    }
}
