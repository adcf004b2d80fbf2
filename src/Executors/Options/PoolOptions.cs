namespace Offloop;

/// <summary>The settings of an executor with workers and a queue. Immutable; each property validates its value when it is set.</summary>
public abstract record PoolOptions : ExecutorOptions
{
    private protected PoolOptions()
    {
    }

    /// <summary>The most workers that run tasks at the same time. A thread pool starts all of them at once; a process pool grows on
    /// demand.</summary>
    /// <value>1 or more. The default is the number of processors.</value>
    public int MaxWorkers { get; init => field = Check.Positive(value); } = Environment.ProcessorCount;

    /// <summary>The most tasks that may wait in the queue.</summary>
    /// <value>1 or more, or null for no limit. The default is null.</value>
    public int? QueueCapacity { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>Whether a task waits for room or fails when it is submitted to a full queue.</summary>
    /// <value>The default is <see cref="QueueFullMode.Wait"/>.</value>
    public QueueFullMode QueueFullMode { get; init => field = Check.Defined(value); } = QueueFullMode.Wait;
}
