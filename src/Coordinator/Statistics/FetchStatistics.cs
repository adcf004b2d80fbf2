using Offloop.Coordinator.Fetching;

namespace Offloop.Coordinator.Statistics;

/// <summary>How many fetches succeeded and failed, in what way, and how long the successful ones took.</summary>
internal sealed class FetchStatistics
{
    private readonly Dictionary<string, long> _failures = [];

    public Histogram Latencies { get; } = new();

    public long Ok => Latencies.Count;

    public long Failed { get; private set; }

    /// <summary>How often each kind of failure occurred, the most frequent first.</summary>
    public IReadOnlyList<FailureCount> Failures =>
        [.. _failures.Select(pair => new FailureCount(pair.Key, pair.Value)).OrderByDescending(failure => failure.Count)];

    /// <summary>Counts a fetch; true when it failed in a way that none before it did.</summary>
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
