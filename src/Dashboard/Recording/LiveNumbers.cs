using Offloop.Telemetry;

namespace Offloop.Dashboard.Recording;

/// <summary>What is computed of one executor while somebody looks. Not thread-safe.</summary>
internal sealed class LiveNumbers
{
    /// <summary>Over how many seconds the throughput is averaged.</summary>
    private const int RateSpan = 10;

    private readonly Series _throughput = new();
    private readonly Series _queued = new();
    private readonly TimeCounts _waits = new();
    private readonly TimeCounts _runs = new();
    private long? _ended;
    private TimeSpan _sampledAt;

    /// <param name="since">When somebody began to look.</param>
    public LiveNumbers(DateTimeOffset since) => Since = since;

    public DateTimeOffset Since { get; }

    public void Hear(TaskEvent happened, TimeProvider time, long second)
    {
        switch (happened.Task)
        {
            case { Attempt: 1, SubmittedAt: { } submitted, StartedAt: { } started } when happened is TaskStarted:
                _waits.Add(second, time.GetElapsedTime(submitted, started));
                break;
            case { StartedAt: { } started, At: var ended } when happened is TaskEnded:
                _runs.Add(second, time.GetElapsedTime(started, ended));
                break;
        }
    }

    /// <summary>Takes the values of the series. It is called once a second.</summary>
    public void Sample(ExecutorSnapshot snapshot, TimeSpan now)
    {
        long ended = snapshot.Succeeded + snapshot.Failed + snapshot.Cancelled + snapshot.TimedOut + snapshot.Lost;
        if (_ended is { } before && now > _sampledAt)
        {
            _throughput.Add((ended - before) / (now - _sampledAt).TotalSeconds);
            _queued.Add(snapshot.Queued);
        }
        (_ended, _sampledAt) = (ended, now);
    }

    public LiveFigures Read(long second)
    {
        double[] throughput = _throughput.ToArray();
        return new LiveFigures
        {
            Since = Since,
            PerSecond = throughput.Length == 0 ? null : Math.Round(throughput.TakeLast(RateSpan).Average(), 2),
            Wait = _waits.Read(second),
            Run = _runs.Read(second),
            Throughput = throughput,
            Queued = _queued.ToArray(),
        };
    }
}

/// <summary>What was computed of one executor since somebody looks.</summary>
internal sealed record LiveFigures
{
    /// <summary>When that began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Tasks that end in a second, over the last ten seconds; null in the first ones.</summary>
    public required double? PerSecond { get; init; }

    /// <summary>The time from the submit of a task to its first start, over the last minute; null if there was none.</summary>
    public required Percentiles? Wait { get; init; }

    /// <summary>The time from the last start of a task to its outcome, over the last minute; null if there was none.</summary>
    public required Percentiles? Run { get; init; }

    /// <summary>Tasks that ended in each of the last seconds.</summary>
    public required double[] Throughput { get; init; }

    /// <summary>Tasks that waited at the end of each of these seconds.</summary>
    public required double[] Queued { get; init; }
}
