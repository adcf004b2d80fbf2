using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Output;

namespace Offloop.Coordinator.Running;

/// <summary>Creates the executor that a run asks for.</summary>
internal static class Executors
{
    /// <summary>A fetch ends by itself when its timeout is over. The executor ends one that overruns its timeout by this much.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static Executor Create(RunSettings settings)
    {
        ILoggerFactory logs = settings.Verbose ? new StderrLoggerFactory() : NullLoggerFactory.Instance;
        TimeSpan timeout = settings.Timeout + s_patience;
        return settings.Executor switch
        {
            ExecutorKind.Inline => new InlineExecutor(new InlineOptions
            {
                TaskTimeout = timeout,
                JsonOptions = FetchJson.Use,
                LoggerFactory = logs,
            }),
            ExecutorKind.Thread => new ThreadPoolExecutor(new ThreadPoolOptions
            {
                Workers = settings.Workers,
                TaskTimeout = timeout,
                JsonOptions = FetchJson.Use,
                LoggerFactory = logs,
            }),
            ExecutorKind.Process => new ProcessPoolExecutor(new ProcessPoolOptions
            {
                MinWorkers = settings.Workers,
                MaxWorkers = settings.Workers,
                TaskTimeout = timeout,
                JsonOptions = FetchJson.Use,
                LoggerFactory = logs,
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Executor, null),
        };
    }
}
