using System.Text.Json;
using Microsoft.Extensions.Logging;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Running;

/// <summary>Creates the executor that a verb asks for.</summary>
internal static class Executors
{
    public static Executor Create(ExecutorKind kind, ExecutorPlan plan) => kind switch
    {
        ExecutorKind.Inline => new InlineExecutor(Common(new InlineOptions(), plan)),
        ExecutorKind.Thread => new ThreadPoolExecutor(
            Common(new ThreadPoolOptions { MaxWorkers = plan.Workers, Initializer = plan.Initializer }, plan)),
        ExecutorKind.Process => new ProcessPoolExecutor(
            Common(
                new ProcessPoolOptions
                {
                    MinWorkers = plan.Workers,
                    MaxWorkers = plan.Workers,
                    ThreadsPerWorker = plan.ThreadsPerWorker,
                    Initializer = plan.Initializer,
                    MaxWorkerMemory = plan.MaxWorkerMemory,
                    MaxTasksPerWorker = plan.MaxTasksPerWorker,
                    TaskOutput = plan.TaskOutput,
                },
                plan)),
        ExecutorKind.Cluster => new ClusterExecutor(
            Common(new ClusterExecutorOptions { Network = plan.Network!, Initializer = plan.Initializer }, plan)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Refuses an option of processes for another executor.</summary>
    public static void RequireProcesses(ExecutorKind kind, int threadsPerWorker)
    {
        if (kind != ExecutorKind.Process && threadsPerWorker > 1)
        {
            throw new UsageException(
                $"--threads-per-worker {threadsPerWorker}", "a thread runs one task at a time; expected it with --executor process");
        }
    }

    private static TOptions Common<TOptions>(TOptions options, ExecutorPlan plan)
        where TOptions : ExecutorOptions => options with
        {
            TaskTimeout = plan.TaskTimeout,
            CancellationGrace = plan.CancellationGrace ?? options.CancellationGrace,
            JsonOptions = plan.JsonOptions,
            LoggerFactory = plan.Loggers,
        };
}

/// <summary>What an executor is to be like, whatever its kind. A kind takes what applies to it.</summary>
internal sealed record ExecutorPlan
{
    public required int Workers { get; init; }

    /// <summary>How many tasks a worker process runs at once.</summary>
    public int ThreadsPerWorker { get; init; } = 1;

    public required TimeSpan TaskTimeout { get; init; }

    /// <summary>Null for the executor's own.</summary>
    public TimeSpan? CancellationGrace { get; init; }

    public required Action<JsonSerializerOptions> JsonOptions { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Where what tasks print goes; never to the standard output, which is the program's own.</summary>
    public TaskOutput TaskOutput { get; init; } = TaskOutput.StandardError;

    public WorkerInitializer? Initializer { get; init; }

    public long? MaxWorkerMemory { get; init; }

    public int? MaxTasksPerWorker { get; init; }

    /// <summary>How a cluster's processes reach each other; null for any other executor.</summary>
    public ClusterNetwork? Network { get; init; }
}
