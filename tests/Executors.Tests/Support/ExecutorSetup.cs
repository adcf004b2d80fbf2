using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Telemetry;

namespace Offloop.Tests;

/// <summary>The options that a contract test sets, in terms that every kind of executor has.</summary>
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

    internal IReadOnlyList<ExecutorListener> Listeners { get; init; } = [];

    public InlineOptions ToInline(bool roundTrip) => Common(new InlineOptions { RoundTripPayloads = roundTrip });

    public ThreadPoolOptions ToThreads(bool roundTrip) => Pool(new ThreadPoolOptions { RoundTripPayloads = roundTrip });

    public ProcessPoolOptions ToProcesses(int threads = 1) => Pool(new ProcessPoolOptions
    {
        MinWorkers = 1,
        ThreadsPerWorker = threads,
        IdleTimeout = Timeout.InfiniteTimeSpan,
        StartTimeout = Waiting.ForStart,
    });

    private TOptions Pool<TOptions>(TOptions options)
        where TOptions : PoolOptions => Common(options) with
        {
            MaxWorkers = Workers,
            QueueCapacity = QueueCapacity,
            QueueFullMode = QueueFullMode,
        };

    private TOptions Common<TOptions>(TOptions options)
        where TOptions : ExecutorOptions => options with
        {
            TaskTimeout = TaskTimeout,
            CancellationGrace = CancellationGrace,
            ShutdownTimeout = ShutdownTimeout,
            JsonOptions = JsonOptions,
            LoggerFactory = LoggerFactory,
            TimeProvider = Clock,
            Listeners = Listeners,
        };
}
