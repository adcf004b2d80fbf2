using System.Text.Json;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Recording;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop;

/// <summary>Runs blocking calls so that the caller can await them. All members are thread-safe.
/// <para>A submitted delegate must be a static method or a lambda that captures nothing; pass the data it needs as its argument. Arguments
/// and results must survive a trip through JSON without loss. Every executor applies the same rules, so code can move from one to another
/// unchanged. Do not change an argument until its task is done.</para></summary>
public abstract partial class Executor : IAsyncDisposable
{
    private readonly Lock _closing = new();
    private readonly ObservedExecutor _observed; // lives as long as this
    private readonly bool _hasLabels;
    private Task? _closed;

    private protected Executor(ExecutorOptions options)
    {
        options.Validate();
        (Format, _hasLabels) = (FormatOf(options.JsonOptions), options.HasLabels);
        Scheduler = new Scheduler(ToScheduler(options));
        _observed = new ObservedExecutor(options.ResolvedName, options.Kind, this)
        {
            Snapshot = Scheduler.Snapshot,
            Events = Events,
            Time = options.TimeProvider,
            IsShown = options.IsShown,
        };
        ObservedExecutors.Add(_observed);
    }

    private protected Scheduler Scheduler { get; }

    /// <summary>How payloads are written.</summary>
    private protected PayloadFormat Format { get; }

    /// <summary>Records runs that fail; null if nothing does. It has to be started.</summary>
    private protected FailureRecorder? Recorder { get; private set; }

    /// <summary>Tells listeners what happens in this executor.</summary>
    internal ExecutorEvents Events => Scheduler.Options.Events;

    /// <summary>Stops accepting tasks, ends the unfinished ones as <paramref name="mode"/> says, and then ends the workers. A later call
    /// may be stricter than an earlier one; all calls wait for the same end.</summary>
    /// <param name="mode">How unfinished tasks end. By default they all run to their end.</param>
    /// <param name="cancellationToken">Ends the wait, not the shutdown.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mode is not defined.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the shutdown was complete.</exception>
    public Task ShutdownAsync(ShutdownMode mode = ShutdownMode.Drain, CancellationToken cancellationToken = default)
    {
        Task drained = Scheduler.ShutdownAsync(Check.Defined(mode, nameof(mode)));
        Task closed;
        lock (_closing)
            closed = _closed ??= CloseAsync(drained);
        return closed.WaitAsync(cancellationToken);
    }

    /// <summary>Stops accepting tasks, waits at most <see cref="ExecutorOptions.ShutdownTimeout"/> for the unfinished ones, kills the rest,
    /// and ends the workers. It never throws, and a second call waits for the first.</summary>
    public async ValueTask DisposeAsync()
    {
        Task drained = ShutdownAsync(ShutdownMode.Drain, CancellationToken.None);
        try
        {
            await drained.WaitAsync(Scheduler.Options.ShutdownTimeout, Scheduler.Options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await ShutdownAsync(ShutdownMode.Kill, CancellationToken.None).ConfigureAwait(false);
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>Gets the executor's state, its workers, and the numbers of tasks that wait, run and have ended.</summary>
    public ExecutorSnapshot GetSnapshot() => Scheduler.Snapshot();

    /// <summary>Called when the workers have ended.</summary>
    private protected virtual void OnClosed()
    {
    }

    /// <summary>Throws <see cref="ArgumentException"/> if this kind of executor cannot run the method.</summary>
    private protected virtual void RequireRunnable(MethodEntry method)
    {
    }

    /// <summary>The options as the scheduler needs them.</summary>
    private SchedulerOptions ToScheduler(ExecutorOptions options)
    {
        string name = options.ResolvedName;
        var logger = new ScopedLogger(options.LoggerFactory.CreateLogger(GetType()), new LogScope(name));
        return new SchedulerOptions
        {
            TaskTimeout = options.TaskTimeout,
            CancellationGrace = options.CancellationGrace,
            ShutdownTimeout = options.ShutdownTimeout,
            Name = name,
            TimeProvider = options.TimeProvider,
            Logger = logger,
            TaskLogger = options.TaskLogger,
            EndPatience = options.EndPatience ?? SchedulerOptions.DefaultEndPatience,
            Events = new ExecutorEvents([.. OwnListeners(options, logger), .. options.Listeners]),
            QueueCapacity = options.MostQueued ?? int.MaxValue,
            QueueFullMode = options.WhenFull,
        };
    }

    private IEnumerable<ExecutorListener> OwnListeners(ExecutorOptions options, ILogger logger)
    {
        yield return new LogListener(logger);
        yield return new TelemetryListener(options.ResolvedName, options.Kind, options.TimeProvider);
        yield return new StateAnnouncer(this, logger);
        if (options is ProcessPoolOptions { TellsOnConsole: true })
            yield return new ConsoleListener();
        if (options is ProcessPoolOptions { RecordFailures: { } recording } pool)
            yield return Recorder = new FailureRecorder(pool, recording, Format, logger);
    }

    /// <summary>Throws <see cref="ArgumentException"/> if the user's method throws.</summary>
    private static PayloadFormat FormatOf(Action<JsonSerializerOptions>? configure)
    {
        try
        {
            return PayloadFormat.For(configure);
        }
        catch (Exception error) // the user's method may throw anything
        {
            throw new ArgumentException($"The options' JsonOptions method threw {error.GetType().Name}: {error.Message}", error);
        }
    }

    private async Task CloseAsync(Task drained)
    {
        await drained.ConfigureAwait(false);
        try
        {
            await Scheduler.CloseAsync().ConfigureAwait(false);
            if (Recorder is not null)
                await Recorder.CloseAsync().ConfigureAwait(false);
        }
        finally // nothing of the executor stays, whatever goes wrong
        {
            ObservedExecutors.Forget(_observed);
            OnClosed();
        }
    }

    /// <summary>Applies the rules that all forms of a call share.</summary>
    private MethodEntry Require<TArg, TResult>(Delegate work, CallKind kind, SubmitOptions options)
    {
        ArgumentNullException.ThrowIfNull(work);
        Scheduler.ThrowIfClosed(this);
        DelegateRules.Require(work);
        MethodEntry method = MethodEntries<TArg, TResult>.Of(work, kind, Format);
        RequireRunnable(method);
        if (options.Requires.Count > 0 && !_hasLabels)
            throw Refused.Labels(options.Requires);
        options.Progress?.Require(Format);
        return method;
    }

    private Task<TResult> Submit<TArg, TResult>(
        Delegate work, CallKind kind, TArg argument, SubmitOptions? options, CancellationToken cancellationToken)
    {
        options ??= SubmitOptions.Default;
        MethodEntry method = Require<TArg, TResult>(work, kind, options);
        method.Format.RequireDeclared(argument, nameof(argument));

        long id = Scheduler.NextId();
        var request = new TaskRequest<TArg, TResult>(method, CallForms<TArg, TResult>.For(kind).Form, work);
        var item = new SubmittedTask<TArg, TResult>(request, id, argument, options, cancellationToken)
        {
            Progress = options.Progress?.Open(Format, Scheduler.Options.Logger, id),
            Owner = this,
        };
        Scheduler.Submit(item);
        return item.Task;
    }
}
