using System.Globalization;

namespace Offloop.Benchmarks.Scale;

/// <summary>A table of results, as Markdown.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params object[] cells) => _rows.Add([.. cells.Select(Text)]);

    public void Write(TextWriter output)
    {
        output.WriteLine(title);
        output.WriteLine();
        WriteRow(output, columns);
        WriteRow(output, [.. columns.Select(static _ => "---")]);
        foreach (string[] row in _rows)
            WriteRow(output, row);
        output.WriteLine();
        output.Flush();
    }

    private static void WriteRow(TextWriter output, string[] cells) => output.WriteLine($"| {string.Join(" | ", cells)} |");

    /// <summary>Three digits of a measurement; a whole number as it is.</summary>
    private static string Text(object cell) => cell switch
    {
        double and >= 100 => string.Create(CultureInfo.InvariantCulture, $"{cell:N0}"),
        double and >= 10 => string.Create(CultureInfo.InvariantCulture, $"{cell:0.#}"),
        double => string.Create(CultureInfo.InvariantCulture, $"{cell:0.##}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{cell:N0}"),
    };
}
