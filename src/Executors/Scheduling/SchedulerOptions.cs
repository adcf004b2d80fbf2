using Microsoft.Extensions.Logging;

namespace Offloop.Scheduling;

/// <summary>What the executors' options say about the part that they share.</summary>
internal sealed record SchedulerOptions
{
    public required TimeSpan TaskTimeout { get; init; }

    public required TimeSpan CancellationGrace { get; init; }

    public required TimeSpan ShutdownTimeout { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILogger Logger { get; init; }

    public int QueueCapacity { get; init; } = int.MaxValue;

    public QueueFullMode QueueFullMode { get; init; }
}
