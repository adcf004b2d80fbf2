using Microsoft.Extensions.Logging;
using Offloop.Scheduling;
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
    private readonly Supervisor _supervisor;
    private readonly bool _needsEntryPoints;

    /// <summary>Makes a pool and begins to start its workers; null takes the default options.</summary>
    /// <exception cref="ArgumentException">The options contradict each other, a <see cref="ProcessPoolOptions.Command"/> is given and the method of the
    /// <see cref="ProcessPoolOptions.Initializer"/> has no <see cref="WorkerEntryPointAttribute"/>, their <see cref="ProcessPoolOptions.JsonOptions"/> threw, or the argument
    /// of their <see cref="ProcessPoolOptions.Initializer"/> would lose data on the way.</exception>
    /// <exception cref="InvalidOperationException">Worker processes cannot be started from this application (it is self-contained, or a single
    /// file), or there is no usable temporary directory; the message says what to do.</exception>
    public ProcessPoolExecutor(ProcessPoolOptions? options = null)
        : base(ToScheduler(options ??= new ProcessPoolOptions()))
    {
        _needsEntryPoints = options.Command is not null;
        if (options.Initializer is { } initializer)
            RequireRunnable(initializer.Require(Scheduler.Options.Format));
        _directory = PrivateDirectory.Create(Scheduler.Options.Logger);
        try
        {
            WorkerLauncher launcher = options.Command is { } command
                ? new CommandLauncher(command)
                : DotnetExecLauncher.Create(_directory, options.WorkerHeapLimit);
            _supervisor = new Supervisor(Scheduler, new WorkerLaunch(options, _directory, launcher, Scheduler.Options.Logger));
        }
        catch
        {
            _directory.Dispose();
            throw;
        }
    }

    /// <summary>Ends the workers of a pool that was forgotten. Nothing of a pool's machinery refers to the executor itself, only its tasks do.</summary>
    ~ProcessPoolExecutor()
    {
        if (_supervisor is not null) // the constructor threw
            _ = Task.Run(() => ShutdownAsync(ShutdownMode.Kill));
    }

    /// <inheritdoc/>
    public override ExecutorSnapshot GetSnapshot() => Scheduler.Snapshot(_supervisor.Snapshot(), abandonedThreads: 0);

    private protected override async ValueTask CloseWorkersAsync()
    {
        await _supervisor.CloseAsync().ConfigureAwait(false);
        _directory.Dispose();
    }

    private protected override void RequireRunnable(MethodEntry method)
    {
        if (_needsEntryPoints)
            _ = method.Identity.AsEntryPoint();
        else
            _ = method.Identity;
    }

    private static SchedulerOptions ToScheduler(ProcessPoolOptions options)
    {
        if (options.MinWorkers > options.MaxWorkers)
            throw new ArgumentException($"MinWorkers is {options.MinWorkers}, but it must not be more than MaxWorkers, which is {options.MaxWorkers}.", nameof(options));
        if (options is { Command: { } program, WorkerHeapLimit: { } limit })
        {
            throw new ArgumentException(
                $"WorkerHeapLimit is {limit}, but it is a setting of .NET and Command starts '{program.FileName}' as the workers; use MaxWorkerMemory, or a setting of that program.",
                nameof(options));
        }
        return new SchedulerOptions
        {
            TaskTimeout = options.TaskTimeout,
            CancellationGrace = options.CancellationGrace,
            ShutdownTimeout = options.ShutdownTimeout,
            TimeProvider = options.TimeProvider,
            Logger = options.LoggerFactory.CreateLogger<ProcessPoolExecutor>(),
            Format = FormatOf(options.JsonOptions),
            Parallelism = options.MaxWorkers,
            QueueCapacity = options.QueueCapacity ?? int.MaxValue,
            QueueFullMode = options.QueueFullMode,
        };
    }
}
