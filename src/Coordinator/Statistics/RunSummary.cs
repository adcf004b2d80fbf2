namespace Offloop.Coordinator.Statistics;

/// <summary>The results of a run.</summary>
internal sealed record RunSummary
{
    /// <summary>Below this many ticks, the 99th percentile is just another name for the maximum.</summary>
    private const int EnoughForP99 = 100;

    public required TimeSpan Elapsed { get; init; }

    public required long TicksPrinted { get; init; }

    public required long TicksExpected { get; init; }

    public required TimeSpan? LagP50 { get; init; }

    /// <summary>Null if there were too few ticks for it to mean anything.</summary>
    public required TimeSpan? LagP99 { get; init; }

    /// <summary>Includes the ticks that never came.</summary>
    public required TimeSpan LagMax { get; init; }

    public required long FetchesOk { get; init; }

    public required long FetchesFailed { get; init; }

    /// <summary>Fetches that were under way when the run ended.</summary>
    public long FetchesUnfinished { get; init; }

    /// <summary>Threads that still run a fetch that was given up, because a thread cannot be killed.</summary>
    public int AbandonedThreads { get; init; }

    /// <summary>The nodes at the end; null for an executor that has none.</summary>
    public IReadOnlyList<NodeTotal>? Nodes { get; init; }

    public required double FetchesPerSecond { get; init; }

    public required TimeSpan? LatencyP50 { get; init; }

    public required TimeSpan? LatencyP99 { get; init; }

    public required IReadOnlyList<FailureCount> Failures { get; init; }

    /// <summary>How long the event loop was blocked, or null if it was free.</summary>
    public required TimeSpan? BlockedFor { get; init; }

    /// <summary>The name of the inline task that ran while the loop was blocked, if one did.</summary>
    public string? BlockedBy { get; init; }

    public required RunSetup Setup { get; init; }

    public bool EveryFetchFailed => FetchesFailed > 0 && FetchesOk == 0;

    public static RunSummary Of(TickStatistics ticks, FetchStatistics fetches, TimeSpan end, RunSetup setup) => new()
    {
        Elapsed = end,
        TicksPrinted = ticks.Lags.Count,
        TicksExpected = ticks.Expected(end),
        LagP50 = ticks.Lags.Percentile(50),
        LagP99 = ticks.Lags.Count >= EnoughForP99 ? ticks.Lags.Percentile(99) : null,
        LagMax = ticks.WorstLag(end),
        FetchesOk = fetches.Ok,
        FetchesFailed = fetches.Failed,
        FetchesPerSecond = end > TimeSpan.Zero ? (fetches.Ok + fetches.Failed) / end.TotalSeconds : 0,
        LatencyP50 = fetches.Latencies.Percentile(50),
        LatencyP99 = fetches.Latencies.Percentile(99),
        Failures = fetches.Failures,
        BlockedFor = Verdict.BlockedFor(ticks.WorstLag(end), setup.Interval),
        Setup = setup,
    };
}
