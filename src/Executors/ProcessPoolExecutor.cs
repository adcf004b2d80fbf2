using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Scheduling;
using Offloop.Telemetry;
using Offloop.Workers;

namespace Offloop;

/// <summary>Runs tasks in a pool of worker processes, so that a call can be killed, and a crash, a leak or a fault of a native library
/// costs one task and not this process. Workers start in the background at construction, grow on demand, and are replaced when they die.
/// <para>Arguments and results travel as JSON. A task runs at most once unless <see cref="SubmitOptions.CrashRetries"/> says otherwise.</para>
/// <para>Dispose it. One that is forgotten ends its workers when it is garbage-collected, which is not before its tasks are done; and they end
/// with this process in any case.</para></summary>
public sealed class ProcessPoolExecutor : Executor
{
    private readonly PrivateDirectory _directory;
    private readonly bool _isMade;

    /// <summary>Makes a pool and begins to start its workers; null takes the default options.</summary>
    /// <exception cref="ArgumentException">The options contradict each other, their <see cref="ProcessPoolOptions.JsonOptions"/> threw, or the argument
    /// of their <see cref="ProcessPoolOptions.Initializer"/> would lose data on the way.</exception>
    /// <exception cref="InvalidOperationException">Worker processes cannot be started from this application (it is self-contained, or a single
    /// file), or there is no usable temporary directory; the message says what to do.</exception>
    public ProcessPoolExecutor(ProcessPoolOptions? options = null)
        : base(ToScheduler(options ??= new ProcessPoolOptions()), FormatOf(options.JsonOptions))
    {
        options.Initializer?.Require(Format);
        _directory = PrivateDirectory.Create(Scheduler.Options.Logger);
        try
        {
            var command = HostCommand.Create(_directory, options.WorkerHeapLimit);
            var launch = new WorkerLaunch(options, _directory, command, Scheduler.Options.Logger, Events);
            Scheduler.Use(new Supervisor(Scheduler, launch));
        }
        catch
        {
            _directory.Dispose();
            throw;
        }
        _isMade = true;
    }

    /// <summary>Ends the workers of a pool that was forgotten. Nothing of a pool's machinery refers to the executor itself, only its tasks do.</summary>
    ~ProcessPoolExecutor()
    {
        if (_isMade)
            _ = Task.Run(() => ShutdownAsync(ShutdownMode.Kill));
    }

    private protected override void OnClosed() => _directory.Dispose();

    private protected override void RequireRunnable(MethodEntry method) => _ = method.Identity;

    private static SchedulerOptions ToScheduler(ProcessPoolOptions options)
    {
        if (options.MinWorkers > options.MaxWorkers)
            throw new ArgumentException($"MinWorkers is {options.MinWorkers}, but it must not be more than MaxWorkers, which is {options.MaxWorkers}.", nameof(options));
        ILogger logger = options.LoggerFactory.CreateLogger<ProcessPoolExecutor>();
        return new SchedulerOptions
        {
            TaskTimeout = options.TaskTimeout,
            CancellationGrace = options.CancellationGrace,
            ShutdownTimeout = options.ShutdownTimeout,
            TimeProvider = options.TimeProvider,
            Logger = logger,
            Events = new ExecutorEvents([new LogListener(logger), .. options.Listeners]),
            QueueCapacity = options.QueueCapacity ?? int.MaxValue,
            QueueFullMode = options.QueueFullMode,
        };
    }
}
