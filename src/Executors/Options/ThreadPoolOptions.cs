using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Offloop;

/// <summary>The settings of a <see cref="ThreadPoolExecutor"/>. Immutable; each property validates its value when it is set.</summary>
public sealed record ThreadPoolOptions
{
    /// <summary>How many threads run tasks.</summary>
    /// <value>1 or more. The default is the number of processors.</value>
    public int Workers { get; init => field = Check.Positive(value); } = Environment.ProcessorCount;

    /// <summary>How long a task may run when its <see cref="SubmitOptions.Timeout"/> does not say.</summary>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</value>
    public TimeSpan TaskTimeout { get; init => field = Check.Timeout(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>How long a task may go on after its token was cancelled before its thread is abandoned and replaced.</summary>
    /// <value>Zero or more. The default is 2 seconds.</value>
    public TimeSpan CancellationGrace { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(2);

    /// <summary>How long <see cref="Executor.DisposeAsync"/> waits for the tasks that are not done.</summary>
    /// <value>Zero or more. The default is 30 seconds.</value>
    public TimeSpan ShutdownTimeout { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How many tasks may wait in the queue.</summary>
    /// <value>1 or more. The default, null, is unbounded.</value>
    public int? QueueCapacity { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>What a submit does when the queue is full.</summary>
    /// <value>The default is <see cref="QueueFullMode.Wait"/>.</value>
    public QueueFullMode QueueFullMode { get; init => field = Check.Defined(value); } = QueueFullMode.Wait;

    /// <summary>Whether arguments and results are serialised and deserialised as the process pool does it, instead of passed as references.
    /// Turn it on in tests of code that is to run in a <see cref="ProcessPoolExecutor"/> later.</summary>
    /// <value>The default is false.</value>
    public bool RoundTripPayloads { get; init; }

    /// <summary>Changes how arguments, results, items and progress are written as JSON: adds converters, a naming policy, a generated
    /// <see cref="JsonSerializerOptions.TypeInfoResolver"/>. It is called once in this process.
    /// Payload types are checked with it, and written where <see cref="RoundTripPayloads"/> is on.
    /// <para>It starts from the executor's own options, which keep data from being lost (fields included, infinities and NaN allowed); the checks of
    /// payload types go by what it makes of them. A type for which it adds a converter is that converter's affair. Payloads nest at most 56 levels deep.</para></summary>
    /// <value>A static method or a lambda that captures nothing. The default, null, changes nothing.</value>
    /// <exception cref="ArgumentException">The delegate captures state.</exception>
    public Action<JsonSerializerOptions>? JsonOptions { get; init => field = Check.Stateless(value); }

    /// <summary>Where the executor logs. The caller keeps ownership.</summary>
    /// <value>The default logs nowhere.</value>
    public ILoggerFactory LoggerFactory { get; init => field = Check.NotNull(value); } = NullLoggerFactory.Instance;

    /// <summary>The clock of timeouts and graces.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init => field = Check.NotNull(value); } = TimeProvider.System;
}
