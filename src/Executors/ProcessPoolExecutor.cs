using Offloop.Invocation;
using Offloop.Surroundings;
using Offloop.Workers;

namespace Offloop;

/// <summary>Runs tasks in a pool of worker processes, so that a call can be killed, and a crash, a leak or a fault in a native library
/// costs one task and not this process. Workers start in the background at construction. The pool grows on demand and replaces workers that
/// die.
/// <para>Arguments and results travel as JSON. A task runs at most once unless <see cref="SubmitOptions.CrashRetries"/> says otherwise.
/// </para>
/// <para>Dispose the pool when it is no longer needed. A pool that is not disposed ends its workers when it is garbage-collected, which
/// happens only after its tasks are done. In any case the workers end with this process.</para></summary>
public sealed class ProcessPoolExecutor : Executor
{
    private readonly PrivateDirectory _directory;
    private readonly bool _needsEntryPoints;
    private readonly bool _isMade;

    /// <summary>Makes a pool and begins to start its workers.</summary>
    /// <param name="options">Its settings, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The options contradict each other, the <see cref="ExecutorOptions.JsonOptions"/> method threw,
    /// or the <see cref="ProcessPoolOptions.Initializer"/> cannot run in a worker: its argument would lose data on the way, or its method
    /// has no
    /// <see cref="WorkerEntryPointAttribute"/> and a <see cref="ProcessPoolOptions.Command"/> is given.</exception>
    /// <exception cref="InvalidOperationException">This application cannot start worker processes, because it is self-contained or a single
    /// file, or there is no usable temporary directory. The message says what to do.</exception>
    public ProcessPoolExecutor(ProcessPoolOptions? options = null)
        : base(options ??= new ProcessPoolOptions())
    {
        _needsEntryPoints = options.Command is not null;
        if (options.Initializer is { } initializer)
            RequireRunnable(initializer.Require(Format));
        _directory = PrivateDirectory.Create(Scheduler.Options.Logger);
        try
        {
            WorkerLauncher launcher = options.Command is { } command
                ? new CommandLauncher(command)
                : DotnetExecLauncher.Create(_directory, options.WorkerHeapLimit);
            var launch = new WorkerLaunch(options, _directory, launcher, Scheduler.Options.Logger, Events);
            CleanContext.Run(() => Scheduler.Use(new Supervisor(Scheduler, launch)));
        }
        catch
        {
            _directory.Dispose();
            throw;
        }
        _isMade = true;
    }

    /// <summary>Ends the workers of a pool that was not disposed. Only its tasks refer to the executor; the rest of the pool does
    /// not.</summary>
    ~ProcessPoolExecutor()
    {
        if (_isMade)
            _ = Task.Run(() => ShutdownAsync(ShutdownMode.Kill));
    }

    private protected override void OnClosed() => _directory.Dispose();

    private protected override void RequireRunnable(MethodEntry method)
    {
        if (_needsEntryPoints)
            _ = method.Identity.AsEntryPoint();
        else
            _ = method.Identity;
    }
}
