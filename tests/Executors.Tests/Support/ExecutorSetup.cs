using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Offloop.Tests;

/// <summary>What a contract test asks of an executor, in words that each kind has options for.</summary>
public sealed record ExecutorSetup
{
    public int Workers { get; init; } = 1;

    public TimeSpan TaskTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan CancellationGrace { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public int? QueueCapacity { get; init; }

    public QueueFullMode QueueFullMode { get; init; }

    public Action<JsonSerializerOptions>? JsonOptions { get; init; }

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public InlineOptions ToInline(bool roundTrip) => new()
    {
        TaskTimeout = TaskTimeout,
        CancellationGrace = CancellationGrace,
        ShutdownTimeout = ShutdownTimeout,
        RoundTripPayloads = roundTrip,
        JsonOptions = JsonOptions,
        LoggerFactory = LoggerFactory,
        TimeProvider = Clock,
    };

    public ThreadPoolOptions ToThreads(bool roundTrip) => new()
    {
        Workers = Workers,
        TaskTimeout = TaskTimeout,
        CancellationGrace = CancellationGrace,
        ShutdownTimeout = ShutdownTimeout,
        QueueCapacity = QueueCapacity,
        QueueFullMode = QueueFullMode,
        RoundTripPayloads = roundTrip,
        JsonOptions = JsonOptions,
        LoggerFactory = LoggerFactory,
        TimeProvider = Clock,
    };

    public ProcessPoolOptions ToProcesses() => new()
    {
        MinWorkers = 1,
        MaxWorkers = Workers,
        TaskTimeout = TaskTimeout,
        CancellationGrace = CancellationGrace,
        ShutdownTimeout = ShutdownTimeout,
        QueueCapacity = QueueCapacity,
        QueueFullMode = QueueFullMode,
        JsonOptions = JsonOptions,
        LoggerFactory = LoggerFactory,
        TimeProvider = Clock,
        IdleTimeout = Timeout.InfiniteTimeSpan,
        StartTimeout = Waiting.ForStart,
    };
}
