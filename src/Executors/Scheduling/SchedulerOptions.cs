using Microsoft.Extensions.Logging;
using Offloop.Payloads;

namespace Offloop.Scheduling;

/// <summary>What the executors' options say about the part that they share.</summary>
internal sealed record SchedulerOptions
{
    public required TimeSpan TaskTimeout { get; init; }

    public required TimeSpan CancellationGrace { get; init; }

    public required TimeSpan ShutdownTimeout { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>How payloads are written, where they are.</summary>
    public PayloadFormat Format { get; init; } = PayloadFormat.Default;

    /// <summary>How many tasks can run at the same time.</summary>
    public int Parallelism { get; init; } = 1;

    public int QueueCapacity { get; init; } = int.MaxValue;

    public QueueFullMode QueueFullMode { get; init; }
}
