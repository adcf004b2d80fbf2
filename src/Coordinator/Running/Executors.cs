using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Fetching;

namespace Offloop.Coordinator.Running;

/// <summary>Creates the executor that a run asks for.</summary>
internal static class Executors
{
    /// <summary>A fetch ends by itself when its timeout is over. The executor ends one that overruns its timeout by this much.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static Executor Create(RunVerb settings) => settings.Executor switch
    {
        ExecutorKind.Inline => new InlineExecutor(Common(new InlineOptions(), settings)),
        ExecutorKind.Thread => new ThreadPoolExecutor(Common(new ThreadPoolOptions { MaxWorkers = settings.Workers }, settings)),
        ExecutorKind.Process => new ProcessPoolExecutor(
            Common(
                new ProcessPoolOptions
                {
                    MinWorkers = settings.Workers,
                    MaxWorkers = settings.Workers,
                    TaskOutput = TaskOutput.StandardError, // the standard output is the report's
                },
                settings)),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Executor, null),
    };

    private static TOptions Common<TOptions>(TOptions options, RunVerb settings)
        where TOptions : ExecutorOptions => options with
        {
            TaskTimeout = settings.Timeout.Time + s_patience,
            JsonOptions = FetchJson.Use,
            LoggerFactory = settings.Loggers,
        };
}
