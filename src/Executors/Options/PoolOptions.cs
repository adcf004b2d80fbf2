namespace Offloop;

/// <summary>The settings of an executor with workers and a queue. Immutable; each property validates its value when it is set.</summary>
public abstract record PoolOptions : ExecutorOptions
{
    private protected PoolOptions()
    {
    }

    /// <summary>The most workers that take tasks at the same time. A thread pool starts all of them at once; a process pool grows on
    /// demand. Each thread of a thread pool runs one task at a time, and each process of a process pool
    /// <see cref="ProcessPoolOptions.ThreadsPerWorker"/>.</summary>
    /// <value>1 or more. The default is the number of processors.</value>
    public int MaxWorkers { get; init => field = Check.Positive(value); } = Environment.ProcessorCount;

    /// <summary>The most tasks that may wait in the queue.</summary>
    /// <value>1 or more, or null for no limit. The default is null.</value>
    public int? QueueCapacity { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>Whether a task waits for room or fails when it is submitted to a full queue.</summary>
    /// <value>The default is <see cref="QueueFullMode.Wait"/>.</value>
    public QueueFullMode QueueFullMode { get; init => field = Check.Defined(value); } = QueueFullMode.Wait;

    internal override int? MostQueued => QueueCapacity;

    internal override QueueFullMode WhenFull => QueueFullMode;

    /// <summary>A static method that each worker, a process or a thread, runs once before its first task; see
    /// <see cref="WorkerInitializer.Create(Action)"/>.</summary>
    /// <value>The default, null, runs nothing.</value>
    public WorkerInitializer? Initializer { get; init; }

    /// <summary>A static method that each thread which runs tasks runs once before its first task, after the <see cref="Initializer"/> of
    /// its worker: for what a library keeps for each thread. If it throws, the worker counts as one that could not start.</summary>
    /// <value>The default, null, runs nothing.</value>
    public WorkerInitializer? ThreadInitializer { get; init; }

    /// <summary>The time a worker has to become ready for its first task. A process that takes longer is killed. A thread cannot be killed:
    /// if its initializers take longer, it counts as a failed start and keeps its place, and is used when it is ready after
    /// all.</summary>
    /// <value>Positive. The default is 10 seconds.</value>
    public TimeSpan StartTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>The time that tasks wait while no worker is ready and starts fail. It runs from the first failed start since a worker was
    /// last ready. After that the tasks fail with <see cref="BrokenExecutorException"/>, and every new task fails at once until a worker is
    /// ready. The pool goes on trying. As long as a worker is ready, it runs the tasks, and they wait without a limit. The threads of a
    /// <see cref="ThreadPoolExecutor"/> without an initializer are always ready.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> to wait without a limit. The default is 30 seconds.</value>
    public TimeSpan StartPatience { get; init => field = Check.Timeout(value); } = TimeSpan.FromSeconds(30);
}
