using System.Globalization;

namespace Offloop.Coordinator.Mapping;

/// <summary>How far a map is at one moment.</summary>
internal sealed record MapReading
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    public required long Ok { get; init; }

    public required long Failed { get; init; }

    public required long Retried { get; init; }

    public required long Killed { get; init; }

    public required long Skipped { get; init; }

    /// <summary>Lines in a second, of late.</summary>
    public required double PerSecond { get; init; }

    /// <summary>The lines of the whole input, or null if nobody can tell yet. It is an estimate until the input has been read.</summary>
    public required double? Total { get; init; }

    public required int Workers { get; init; }

    /// <summary>The slots of all nodes, if the workers are nodes.</summary>
    public int? Slots { get; init; }

    /// <summary>Resident bytes of all worker processes; 0 if there are none.</summary>
    public required long WorkerBytes { get; init; }

    /// <summary>The share that is done, from 0 to 1; null if nobody can tell.</summary>
    public double? Share => Total is { } total ? Math.Clamp((Ok + Failed + Skipped) / Math.Max(total, 1), 0, 1) : null;

    /// <summary>How long the rest takes at the present speed, or null if nobody can tell.</summary>
    public TimeSpan? Left => Total is { } total && PerSecond > 0
        ? TimeSpan.FromSeconds(Math.Clamp((total - Ok - Failed - Skipped) / PerSecond, 0, TimeSpan.MaxValue.TotalSeconds / 2))
        : null;

    /// <summary>Speed and remaining time: <c>1,234/s, 01:12 left</c>.</summary>
    public string Speed => string.Create(
        s_culture, $"{PerSecond.ToString(PerSecond < 10 ? "0.0" : "#,0", s_culture)}/s{(Left is { } left ? $", {Clock(left)} left" : "")}");

    /// <summary>What came of the lines: <c>12 ok, 3 failed, 1 retried, 0 killed</c>.</summary>
    public string Counts => string.Create(s_culture, $"{Ok:#,0} ok, {Failed:#,0} failed, {Retried:#,0} retried, {Killed:#,0} killed");

    /// <summary>What runs them: <c>4 workers, 212 MiB</c>.</summary>
    public string Crew => Slots is { } slots
        ? string.Create(s_culture, $"{Count(Workers, "node")}, {Count(slots, "slot")}")
        : string.Create(s_culture, $"{Count(Workers, "worker")}{(WorkerBytes > 0 ? $", {WorkerBytes >> 20:#,0} MiB" : "")}");

    private static string Count(int number, string what) => string.Create(s_culture, $"{number:#,0} {what}{(number == 1 ? "" : "s")}");

    private static string Clock(TimeSpan time) => time < TimeSpan.FromHours(1)
        ? time.ToString(@"mm\:ss", s_culture)
        : string.Create(s_culture, $"{(long)time.TotalHours}:{time:mm\\:ss} h");
}

/// <summary>Reads how far a map is, again and again.</summary>
internal sealed class MapMeter(MapCounts counts, LineReader reader, Executor executor, long? inputBytes, TimeProvider clock)
{
    /// <summary>The time over which the speed is taken.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);

    private readonly Queue<(TimeSpan Time, long Done)> _samples = new([(TimeSpan.Zero, 0L)]);
    private readonly long _start = clock.GetTimestamp();

    /// <summary>One caller at a time.</summary>
    public MapReading Read()
    {
        ExecutorSnapshot snapshot = executor.GetSnapshot();
        return new MapReading
        {
            Ok = counts.Ok,
            Failed = counts.Failed,
            Retried = counts.Retried,
            Killed = counts.Killed,
            Skipped = counts.Skipped,
            PerSecond = Speed(counts.Done),
            Total = Total(),
            Workers = snapshot.Workers.Count(static worker => worker.State is WorkerState.Idle or WorkerState.Busy),
            Slots = executor is ClusterExecutor ? snapshot.Workers.Sum(static worker => worker.Node?.Slots ?? 0) : null,
            WorkerBytes = snapshot.Workers.Sum(static worker => worker.ResidentBytes ?? 0),
        };
    }

    private double Speed(long done)
    {
        TimeSpan now = clock.GetElapsedTime(_start);
        _samples.Enqueue((now, done));
        while (_samples.Count > 2 && now - _samples.Peek().Time > s_window)
            _samples.Dequeue();
        (TimeSpan since, long before) = _samples.Peek();
        return now > since ? (done - before) / (now - since).TotalSeconds : 0;
    }

    private double? Total()
    {
        long lines = counts.Read;
        if (reader.IsAtEnd)
            return lines;
        return inputBytes is { } bytes && lines > 0 ? Math.Max(lines, lines * ((double)bytes / Math.Max(reader.Bytes, 1))) : null;
    }
}
