namespace Offloop;

/// <summary>The settings of a <see cref="ClusterExecutor"/>. Immutable; each property validates its value when it is set.</summary>
public sealed record ClusterExecutorOptions : ExecutorOptions
{
    /// <summary>How the executor and its nodes reach and trust each other.</summary>
    /// <value>The default listens on the loopback address, keeps the list of members itself and uses the key of this user.</value>
    public ClusterNetwork Network { get; init => field = Check.NotNull(value); } = new();

    /// <summary>The time that tasks may wait while no node takes any. After that they fail with <see cref="BrokenExecutorException"/>, and
    /// every new task fails at once until there is a node. Without one the executor is <see cref="ExecutorState.Degraded"/>.</summary>
    /// <value>Positive, or <see cref="Timeout.InfiniteTimeSpan"/> to wait without a limit, which is the default: nodes may join at any
    /// time.</value>
    public TimeSpan NodePatience { get; init => field = Check.Timeout(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>The most tasks that may wait in the queue.</summary>
    /// <value>1 or more, or null for no limit. The default is null.</value>
    public int? QueueCapacity { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>Whether a task waits for room or fails when it is submitted to a full queue.</summary>
    /// <value>The default is <see cref="QueueFullMode.Wait"/>.</value>
    public QueueFullMode QueueFullMode { get; init => field = Check.Defined(value); } = QueueFullMode.Wait;

    /// <summary>The largest size of one serialised argument, result or item, in bytes.</summary>
    /// <value>1 or more. The default is 256 MiB.</value>
    public long MaxMessageBytes { get; init => field = Check.Positive(value); } = 256L << 20;

    /// <summary>A static method that each worker of each node runs once before its first task; see
    /// <see cref="WorkerInitializer.Create(Action)"/>.</summary>
    /// <value>The default, null, runs nothing.</value>
    public WorkerInitializer? Initializer { get; init; }

    /// <summary>A static method that each thread which runs tasks runs once before its first task, after the
    /// <see cref="Initializer"/>.</summary>
    /// <value>The default, null, runs nothing.</value>
    public WorkerInitializer? ThreadInitializer { get; init; }

    /// <summary>The clock of the leases. They are agreed with other machines, so the clock of the tasks is not it.</summary>
    internal TimeProvider LeaseTime { get; init; } = TimeProvider.System;

    internal override string Kind => "cluster";

    internal override int? MostQueued => QueueCapacity;

    internal override QueueFullMode WhenFull => QueueFullMode;

    internal override bool HasLabels => true;

    /// <summary>The lease decides about a node that cannot be reached, so it comes first.</summary>
    internal override TimeSpan? EndPatience => (Network.NodeTimeout * 2) + TimeSpan.FromSeconds(10);

    internal override void Validate() => Network.Validate();
}
