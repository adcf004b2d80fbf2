namespace Offloop.Coordinator.Comparing;

/// <summary>What became of one executor's run.</summary>
internal sealed record RunTrace
{
    public required Contender Contender { get; init; }

    /// <summary>How late the loop was at each tick that was due; one that never came counts until the end of its run.</summary>
    public required IReadOnlyList<LagSample> Lags { get; init; }

    /// <summary>How long each call that succeeded took, in milliseconds, the shortest first.</summary>
    public required IReadOnlyList<double> Latencies { get; init; }

    public required long TicksPrinted { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    /// <summary>Calls that began and have no result: those that were lost with their process, were ended, or hang.</summary>
    public required long Lost { get; init; }

    /// <summary>Threads that hang for good, because a thread cannot be killed.</summary>
    public required int ThreadsLeft { get; init; }

    /// <summary>How long it ran.</summary>
    public required TimeSpan Ran { get; init; }

    /// <summary>Processor time of all its processes.</summary>
    public required TimeSpan Cpu { get; init; }

    /// <summary>The most resident bytes of all its processes at one time.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>How it ended, in words.</summary>
    public required string End { get; init; }

    /// <summary>The exit code of its process.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Whether it ran until its time was over.</summary>
    public required bool Survived { get; init; }

    public double PerSecond => Succeeded / Math.Max(Ran.TotalSeconds, 0.001);

    /// <summary>The worst lag, in milliseconds.</summary>
    public double? LagMax => Lags.Count == 0 ? null : Lags.Max(static sample => sample.Ms);

    public double? Lag(double percent) => Percentile([.. Lags.Select(static sample => sample.Ms).Order()], percent);

    public double? Latency(double percent) => Percentile(Latencies, percent);

    /// <summary>The value that <paramref name="percent"/> % of them do not exceed (nearest rank); null if there are none.</summary>
    private static double? Percentile(IReadOnlyList<double> sorted, double percent) =>
        sorted.Count == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(percent / 100 * sorted.Count) - 1)];
}

/// <summary>How late the event loop was.</summary>
/// <param name="Seconds">When a tick was due, counted from the first.</param>
/// <param name="Ms">By how many milliseconds it was late.</param>
internal readonly record struct LagSample(double Seconds, double Ms);
