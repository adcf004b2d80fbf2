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
public sealed partial class ProcessPoolExecutor : Executor
{
    private readonly PrivateDirectory _directory;
    private readonly Supervisor _supervisor;
    private readonly WorkerInspector? _inspector;
    private readonly bool _needsEntryPoints;
    private readonly bool _isMade;

    /// <summary>Makes a pool and begins to start its workers.</summary>
    /// <param name="options">Its settings, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The options contradict each other, the <see cref="ExecutorOptions.JsonOptions"/> method threw,
    /// or an initializer cannot run in a worker: its argument would lose data on the way, or its method
    /// has no <see cref="WorkerEntryPointAttribute"/> and a <see cref="ProcessPoolOptions.Command"/> is given.</exception>
    /// <exception cref="InvalidOperationException">This application cannot start worker processes (it is compiled by NativeAOT, say, or has
    /// startup hooks off where they are needed), or there is no usable temporary directory (full, not writable, or with too long a path).
    /// The message says what to do.</exception>
    public ProcessPoolExecutor(ProcessPoolOptions? options = null)
        : base(options ??= new ProcessPoolOptions())
    {
        _needsEntryPoints = options.Command is not null;
        foreach (WorkerInitializer? initializer in (WorkerInitializer?[])[options.Initializer, options.ThreadInitializer])
        {
            if (initializer is not null)
                RequireRunnable(initializer.Require(Format));
        }
        _directory = PrivateDirectory.Create(Scheduler.Options.Logger, options.TimeProvider);
        WorkerInspector? inspector = null;
        try
        {
            WorkerLauncher launcher = options.Command is { } command
                ? new CommandLauncher(command)
                : WorkerLauncher.OfApplication(_directory, options.WorkerHeapLimit, options.WorkersHaveCultures);
            if (options.Inspection is { } inspection)
            {
                CleanContext.Run(() => inspector = inspection(Events));
                Events.Listen(_inspector = inspector!);
            }
            var launch = new WorkerLaunch(options, _directory, launcher, Scheduler.Options.Logger, Events) { Inspector = _inspector };
            Supervisor? supervisor = null;
            CleanContext.Run(() => supervisor = new Supervisor(Scheduler, launch));
            Scheduler.Use(_supervisor = supervisor!);
        }
        catch
        {
            _ = _inspector?.DisposeAsync().AsTask();
            _directory.Dispose();
            throw;
        }
        _isMade = true;
        Recorder?.Start();
        if (options.Command is null)
            HotReload.Watch(Events);
    }

    /// <summary>Ends the workers of a pool that was not disposed. Only its tasks refer to the executor; the rest of the pool does
    /// not.</summary>
    ~ProcessPoolExecutor()
    {
        if (_isMade)
            _ = Task.Run(() => ShutdownAsync(ShutdownMode.Kill));
    }

    /// <summary>Replaces one worker or all, for an application that has changed what its workers take over at their start: configuration,
    /// native state, the <see cref="PoolOptions.Initializer"/>'s data. No task is lost: a worker goes when another one is ready in
    /// its place and the tasks that it has are done.
    /// <para>While the pool is <see cref="ExecutorState.Degraded"/>, the workers that there are go on, and this waits.</para></summary>
    /// <param name="workerId">The <see cref="WorkerSnapshot.Id"/> of the worker, or null for all that have begun to start.</param>
    /// <param name="cancellationToken">Ends the wait; the workers are replaced all the same.</param>
    /// <returns>Done when these workers are gone and replaced.</returns>
    /// <exception cref="ArgumentException">The pool has no worker with this number.</exception>
    /// <exception cref="ObjectDisposedException">The pool was shut down, before the call or while it waited.</exception>
    /// <exception cref="BrokenExecutorException">The pool is <see cref="ExecutorState.Broken"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the workers were replaced.</exception>
    public Task RecycleAsync(int? workerId = null, CancellationToken cancellationToken = default)
    {
        Scheduler.ThrowIfClosed(this);
        return _supervisor.RecycleAsync(workerId, cancellationToken);
    }

    private protected override bool CanRecycle => true;

    private protected override Task RecycleWorkerAsync(int workerId) => RecycleAsync(workerId);

    private protected override void OnClosed()
    {
        HotReload.Forget(Events);
        _ = _inspector?.DisposeAsync().AsTask();
        _directory.Dispose();
    }

    private protected override void RequireRunnable(MethodEntry method)
    {
        if (_needsEntryPoints)
            _ = method.Identity.AsEntryPoint();
        else
            _ = method.Identity;
    }
}
