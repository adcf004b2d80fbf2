using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Telemetry;

namespace Offloop;

/// <summary>The settings that every <see cref="Executor"/> has. Immutable; each property validates its value when it is set.</summary>
public abstract record ExecutorOptions
{
    private static readonly ILoggerFactory s_none = new NullLoggerFactory();

    private protected ExecutorOptions()
    {
    }

    /// <summary>What the executor is called in metrics, traces and log scopes. Executors with the same name are counted together.</summary>
    /// <value>Not empty. The default, null, is the kind of the executor: <c>process</c>, <c>thread</c> or <c>inline</c>.</value>
    public string? Name { get; init => field = value is null ? null : Check.NotEmpty(value); }

    /// <summary>The name, or the kind if it has none.</summary>
    internal string ResolvedName => Name ?? Kind;

    /// <summary>The kind of the executor.</summary>
    internal abstract string Kind { get; }

    /// <summary>The time a task may run, counted from its start, unless its <see cref="SubmitOptions.Timeout"/> says otherwise.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. The default is no limit.</value>
    public TimeSpan TaskTimeout { get; init => field = Check.Timeout(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>The time a task has to end after its token is cancelled. Then it is ended by force: a process pool kills its worker, a
    /// thread pool abandons its thread and starts another, and an inline executor gives up the task although its call goes on. A worker
    /// that runs other tasks beside it (<see cref="ProcessPoolOptions.ThreadsPerWorker"/>) is killed when these have ended, or after the
    /// <see cref="ProcessPoolOptions.NeighbourGrace"/>; the task has its outcome at once.</summary>
    /// <value>Zero or more. The default is 2 seconds.</value>
    public TimeSpan CancellationGrace { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(2);

    /// <summary>The time <see cref="Executor.DisposeAsync"/> waits for tasks to finish. Then it ends the rest, as
    /// <see cref="ShutdownMode.Kill"/> does.</summary>
    /// <value>Zero or more. The default is 30 seconds.</value>
    public TimeSpan ShutdownTimeout { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>Changes how arguments, results, items and progress are written as JSON. It can add converters, a naming policy or a
    /// generated <see cref="JsonSerializerOptions.TypeInfoResolver"/>.
    /// <para>It is called once in this process and, by a process pool, once in each worker before the worker's
    /// <see cref="PoolOptions.Initializer"/>. It gets the executor's own options, which keep data from being lost: they include
    /// fields and allow infinities and NaN. Payload types are checked against the changed options, but a type with an added converter is
    /// not checked: the converter is responsible for it. Payloads may nest 56 levels deep.</para></summary>
    /// <value>A static method or a lambda that captures nothing. The default, null, changes nothing.</value>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public Action<JsonSerializerOptions>? JsonOptions { get; init => field = Check.Stateless(value); }

    /// <summary>Creates the loggers of the executor, whose category is the full name of its type, and of its tasks (<c>Offloop.Tasks</c>).
    /// Their lines have scopes with the executor, the worker, the task and its trace. If one is set, a process pool also logs what its
    /// tasks write to their standard output and error (<see cref="ProcessPoolOptions.TaskOutput"/>). The executor does not dispose
    /// it.</summary>
    /// <value>The default logs nothing.</value>
    public ILoggerFactory LoggerFactory { get; init => field = Check.NotNull(value); } = s_none;

    /// <summary>Whether a logger factory was set, and be it <see cref="NullLoggerFactory.Instance"/>.</summary>
    internal bool HasLoggerFactory => !ReferenceEquals(LoggerFactory, s_none);

    /// <summary>Takes what tasks write.</summary>
    internal ILogger TaskLogger => LoggerFactory.CreateLogger(ScopedLogger.TaskCategory);

    /// <summary>The clock of all timeouts and grace periods.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init => field = Check.NotNull(value); } = TimeProvider.System;

    /// <summary>Whether what shows the executors of this process to people, such as the dashboard, shows this one. Metrics, traces and
    /// health are not concerned.</summary>
    /// <value>The default is true.</value>
    public bool IsShown { get; init; } = true;

    /// <summary>The most tasks that may wait; null for no limit.</summary>
    internal virtual int? MostQueued => null;

    /// <summary>What comes of a task that is submitted to a full queue.</summary>
    internal virtual QueueFullMode WhenFull => QueueFullMode.Wait;

    /// <summary>Whether there may be labels that a task can require.</summary>
    internal virtual bool HasLabels => false;

    /// <summary>How long a forced end may stay unobserved before what runs the task is given up; null for the usual time.</summary>
    internal virtual TimeSpan? EndPatience => null;

    /// <summary>Who hears what happens in the executor, from its construction on.</summary>
    internal IReadOnlyList<ExecutorListener> Listeners { get; init; } = [];

    /// <summary>Throws <see cref="ArgumentException"/> if properties contradict each other.</summary>
    internal virtual void Validate()
    {
    }
}
