using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <summary>The options that the scheduler needs of an executor's options.</summary>
internal sealed record SchedulerOptions
{
    /// <summary>The name of the executor, for those who measure and trace it.</summary>
    public string Name { get; init; } = "";

    public required TimeSpan TaskTimeout { get; init; }

    public required TimeSpan CancellationGrace { get; init; }

    public required TimeSpan ShutdownTimeout { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Takes what tasks write.</summary>
    public ILogger TaskLogger { get; init; } = NullLogger.Instance;

    /// <summary>Tells the listeners.</summary>
    public ExecutorEvents Events { get; init; } = new();

    /// <summary>How long the end of a slot that was told to end by force may stay unobserved before the slot is given up.</summary>
    public TimeSpan EndPatience { get; init; } = DefaultEndPatience;

    public static TimeSpan DefaultEndPatience { get; } = TimeSpan.FromSeconds(10);

    public int QueueCapacity { get; init; } = int.MaxValue;

    public QueueFullMode QueueFullMode { get; init; }
}
