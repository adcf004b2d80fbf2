using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Offloop;

/// <summary>The settings of a <see cref="ProcessPoolExecutor"/>. Immutable; each property validates its value when it is set, and the
/// executor's constructor checks them against each other.</summary>
public sealed record ProcessPoolOptions
{
    /// <summary>How many worker processes are kept even when there is nothing to do. They start in the background at construction.</summary>
    /// <value>Zero or more, at most <see cref="MaxWorkers"/>. The default is 1.</value>
    public int MinWorkers { get; init => field = Check.NotNegative(value); } = 1;

    /// <summary>How many worker processes run tasks at the same time. The pool grows on demand up to this number.</summary>
    /// <value>1 or more. The default is the number of processors.</value>
    public int MaxWorkers { get; init => field = Check.Positive(value); } = System.Environment.ProcessorCount;

    /// <summary>How many workers are kept started, connected and initialised beyond those that run tasks, so that one which is killed or recycled
    /// costs the next task no start.</summary>
    /// <value>Zero or more. The default is 0.</value>
    public int SpareWorkers { get; init => field = Check.NotNegative(value); }

    /// <summary>After how many tasks a worker is replaced. Each worker draws its own number, 10 % more or less, so that they do not all go at
    /// once; its replacement is started before it has reached it.</summary>
    /// <value>1 or more; 1 gives each task a process of its own. The default, null, replaces none.</value>
    public int? MaxTasksPerWorker { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>How many resident bytes a worker may have, its children included. Over it the worker is killed and its task fails with
    /// <see cref="FailureCause.MemoryLimit"/>; over 80 % of it the worker is replaced when its task has ended. Sampled while a task runs.
    /// Children are counted on Linux only.</summary>
    /// <value>1 or more. The default, null, is no limit.</value>
    public long? MaxWorkerMemory { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>How many bytes the managed heap of a worker may have: the runtime's own limit, so that a task which allocates more gets an
    /// <see cref="OutOfMemoryException"/>.</summary>
    /// <value>16 MiB or more. The default, null, is the runtime's own.</value>
    public long? WorkerHeapLimit { get; init => field = value is { } given ? Check.AtLeast(given, 16 << 20) : null; }

    /// <summary>A static method that each worker runs once, before its first task; see <see cref="WorkerInitializer.From(Action)"/>.</summary>
    /// <value>The default is none.</value>
    public WorkerInitializer? Initializer { get; init; }

    /// <summary>A program that is started as each worker, in place of the worker host that comes with this library, which has the application's own methods.
    /// The program speaks the protocol of <c>docs/protocol.md</c>, in whatever language, and finds methods by the name of their <see cref="WorkerEntryPointAttribute"/>: a
    /// submitted method, or an <see cref="Initializer"/>, without one is refused. <see cref="JsonOptions"/> is called in this process alone, and
    /// <see cref="WorkerHeapLimit"/>, which is one of .NET, cannot be given.</summary>
    /// <value>The default, null, is the worker host.</value>
    public WorkerCommand? Command { get; init; }

    /// <summary>How long a worker beyond <see cref="MinWorkers"/> may be idle before it is closed.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> for never. The default is 60 seconds.</value>
    public TimeSpan IdleTimeout { get; init => field = Check.Timeout(value); } = TimeSpan.FromSeconds(60);

    /// <summary>How long a task may run when its <see cref="SubmitOptions.Timeout"/> does not say.</summary>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</value>
    public TimeSpan TaskTimeout { get; init => field = Check.Timeout(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>How long a task may go on after its token was cancelled before its worker process is killed.</summary>
    /// <value>Zero or more. The default is 2 seconds.</value>
    public TimeSpan CancellationGrace { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(2);

    /// <summary>How long a worker process may take from its launch until it is ready for its first task.</summary>
    /// <value>Positive. The default is 10 seconds.</value>
    public TimeSpan StartTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>How long a worker may not answer, whatever its task does, before it is killed as unresponsive: it was stopped, or its runtime is stuck.
    /// It is asked three times in that time.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> for never. The default is 30 seconds.</value>
    public TimeSpan HeartbeatTimeout { get; init => field = Check.Timeout(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="Executor.DisposeAsync"/> waits for the tasks that are not done before it kills their workers.</summary>
    /// <value>Zero or more. The default is 30 seconds.</value>
    public TimeSpan ShutdownTimeout { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How many tasks may wait in the queue.</summary>
    /// <value>1 or more. The default, null, is unbounded.</value>
    public int? QueueCapacity { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>What a submit does when the queue is full.</summary>
    /// <value>The default is <see cref="QueueFullMode.Wait"/>.</value>
    public QueueFullMode QueueFullMode { get; init => field = Check.Defined(value); } = QueueFullMode.Wait;

    /// <summary>How many bytes one serialised argument or result may have.</summary>
    /// <value>1 or more. The default is 256 MiB.</value>
    public long MaxMessageBytes { get; init => field = Check.Positive(value); } = 256L << 20;

    /// <summary>Environment variables of the workers, on top of those of this process; a null value removes a variable.
    /// They are set before any code of the worker runs.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, string?> Environment { get; init => field = Check.Variables(value); } = new Dictionary<string, string?>();

    /// <summary>The workers' current directory.</summary>
    /// <value>The default, null, is that of this process at the time a worker starts.</value>
    public string? WorkingDirectory { get; init; }

    /// <summary>The workers' scheduling priority.</summary>
    /// <value>The default, null, is that of this process.</value>
    public ProcessPriorityClass? ProcessPriority { get; init => field = value is { } given ? Check.Defined(given) : null; }

    /// <summary>Changes how arguments, results, items and progress are written as JSON: adds converters, a naming policy, a generated
    /// <see cref="JsonSerializerOptions.TypeInfoResolver"/>. It is called once in this process and once in each worker, before its <see cref="Initializer"/>.
    /// <para>It starts from the executor's own options, which keep data from being lost (fields included, infinities and NaN allowed); the checks of
    /// payload types go by what it makes of them. A type for which it adds a converter is that converter's affair. Payloads nest at most 56 levels deep.</para></summary>
    /// <value>A static method or a lambda that captures nothing. The default, null, changes nothing.</value>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public Action<JsonSerializerOptions>? JsonOptions { get; init => field = Check.Stateless(value); }

    /// <summary>Where the pool logs, what its workers write to their standard output and error included. The caller keeps ownership.</summary>
    /// <value>The default logs nowhere.</value>
    public ILoggerFactory LoggerFactory { get; init => field = Check.NotNull(value); } = NullLoggerFactory.Instance;

    /// <summary>The clock of timeouts and graces.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init => field = Check.NotNull(value); } = TimeProvider.System;
}
