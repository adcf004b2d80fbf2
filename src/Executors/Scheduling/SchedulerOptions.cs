using Microsoft.Extensions.Logging;
using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <summary>What the executors' options say about the part that they share.</summary>
internal sealed record SchedulerOptions
{
    public required TimeSpan TaskTimeout { get; init; }

    public required TimeSpan CancellationGrace { get; init; }

    public required TimeSpan ShutdownTimeout { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Who hears what happens.</summary>
    public ExecutorEvents Events { get; init; } = new();

    /// <summary>How long the end of a slot that was told to end by force may stay unobserved before the slot is given up.</summary>
    public TimeSpan EndPatience { get; init; } = TimeSpan.FromSeconds(10);

    public int QueueCapacity { get; init; } = int.MaxValue;

    public QueueFullMode QueueFullMode { get; init; }
}
