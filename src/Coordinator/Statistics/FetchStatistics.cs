using Offloop.Coordinator.Fetching;

namespace Offloop.Coordinator.Statistics;

/// <summary>Counts fetches: the latencies of those that succeeded, and the kinds of failure of the others.</summary>
internal sealed class FetchStatistics
{
    private readonly Dictionary<string, long> _failures = [];

    public Histogram Latencies { get; } = new();

    public long Ok => Latencies.Count;

    public long Failed { get; private set; }

    /// <summary>The number of failures of each kind, the most frequent first.</summary>
    public IReadOnlyList<FailureCount> Failures =>
        [.. _failures.Select(pair => new FailureCount(pair.Key, pair.Value)).OrderByDescending(failure => failure.Count)];

    /// <summary>Counts a fetch. Returns true if it failed in a way that no fetch before it did.</summary>
    public bool Add(FetchResult result)
    {
        if (result.Failure is not { } failure)
        {
            Latencies.Add(result.Duration);
            return false;
        }
        Failed++;
        long before = _failures.GetValueOrDefault(failure.Kind);
        _failures[failure.Kind] = before + 1;
        return before == 0;
    }
}

internal sealed record FailureCount(string Kind, long Count);
