using System.Globalization;

namespace Offloop.Benchmarks;

/// <summary>Gathers the rounds and prints medians with their ratio to the thread executor.</summary>
internal sealed class ResultTable
{
    private const string Reference = "thread";

    private readonly Dictionary<string, Dictionary<string, List<double>>> _rows = [];

    public void Add(string what, string who, double value)
    {
        if (!_rows.TryGetValue(what, out Dictionary<string, List<double>>? row))
            _rows.Add(what, row = []);
        if (!row.TryGetValue(who, out List<double>? values))
            row.Add(who, values = []);
        values.Add(value);
    }

    public void Print(TextWriter output)
    {
        foreach ((string what, Dictionary<string, List<double>> row) in _rows)
        {
            double? reference = row.TryGetValue(Reference, out List<double>? values) ? Median(values) : null;
            IEnumerable<string> cells = row.Select(cell => string.Create(
                CultureInfo.InvariantCulture,
                $"{cell.Key} {Median(cell.Value):0.##}{(reference is { } whole ? $" ({Median(cell.Value) / whole:0.##}x)" : "")}"));
            output.WriteLine($"{what,-34} {string.Join("   ", cells)}");
        }
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
