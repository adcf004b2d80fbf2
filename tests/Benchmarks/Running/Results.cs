namespace Offloop.Benchmarks.Running;

/// <summary>Every measured value, by contestant and name.</summary>
internal sealed class Results
{
    private readonly SortedDictionary<string, SortedDictionary<string, List<double>>> _values = [];
    private readonly List<string> _skipped = [];

    public IReadOnlyDictionary<string, SortedDictionary<string, List<double>>> Values => _values;

    /// <summary>The contestants that were not measured, each with the reason.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    public void Add(string who, IReadOnlyDictionary<string, double> round)
    {
        if (!_values.TryGetValue(who, out SortedDictionary<string, List<double>>? values))
            _values.Add(who, values = []);
        foreach ((string what, double value) in round)
        {
            if (!values.TryGetValue(what, out List<double>? list))
                values.Add(what, list = []);
            list.Add(value);
        }
    }

    public void Skip(string who, string reason) => _skipped.Add($"{who}: {reason}");

    /// <summary>The median of the rounds, or null if there was none.</summary>
    public double? Median(string who, string what)
    {
        if (!_values.TryGetValue(who, out SortedDictionary<string, List<double>>? values)
            || !values.TryGetValue(what, out List<double>? list))
            return null;
        double[] sorted = [.. list.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The values of one round, counted from 0. A contestant that had fewer rounds has its last one there.</summary>
    public Results OfRound(int round)
    {
        var one = new Results();
        foreach ((string who, SortedDictionary<string, List<double>> values) in _values)
            one.Add(who, values.ToDictionary(static value => value.Key, value => value.Value[Math.Min(round, value.Value.Count - 1)]));
        return one;
    }

    /// <summary>The first value divided by the second, or null if one of them is missing.</summary>
    public double? Ratio((string Who, string What) one, (string Who, string What) other) =>
        Median(one.Who, one.What) / Median(other.Who, other.What);
}
