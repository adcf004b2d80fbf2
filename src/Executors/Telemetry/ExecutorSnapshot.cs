namespace Offloop;

/// <summary>Where an executor is in its life.</summary>
public enum ExecutorState
{
    /// <summary>It accepts tasks.</summary>
    Open,

    /// <summary>It accepts no tasks any more and finishes or ends those it has.</summary>
    ShuttingDown,

    /// <summary>It has no tasks and no workers any more.</summary>
    Closed,

    /// <summary>It never had a worker and cannot start one, so every task fails with <see cref="BrokenExecutorException"/>. It stays so:
    /// dispose it, remove the cause and make another one.</summary>
    Broken,

    /// <summary>The last start of a worker failed, and the pool goes on trying; the first worker that is ready makes it
    /// <see cref="Open"/> again. Workers that are ready run tasks as before. If there is none, tasks wait for
    /// <c>ProcessPoolOptions.StartPatience</c>; after that they fail with <see cref="BrokenExecutorException"/> until a worker is
    /// ready.</summary>
    Degraded,
}

/// <summary>What an executor was doing at one moment; the numbers belong together.</summary>
public sealed record ExecutorSnapshot
{
    /// <summary>Where the executor is in its life.</summary>
    public required ExecutorState State { get; init; }

    /// <summary>Why the executor is <see cref="ExecutorState.Degraded"/> or <see cref="ExecutorState.Broken"/>, in the words of the last
    /// failure; null in any other state.</summary>
    public required string? StateReason { get; init; }

    /// <summary>When the executor entered its state, by its own clock (<c>ExecutorOptions.TimeProvider</c>).</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Tasks that wait for a worker.</summary>
    public required int Queued { get; init; }

    /// <summary>Tasks that are with a worker.</summary>
    public required int Running { get; init; }

    /// <summary>Tasks that ended with a result, since the executor was made.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Tasks that ended with an exception of their own, or that could not be sent or received.</summary>
    public required long Failed { get; init; }

    /// <summary>Tasks that were cancelled.</summary>
    public required long Cancelled { get; init; }

    /// <summary>Tasks that were ended by their timeout.</summary>
    public required long TimedOut { get; init; }

    /// <summary>Tasks that were lost with their worker.</summary>
    public required long Lost { get; init; }

    /// <summary>Threads that run a task whose outcome is decided already: of this process, because a thread cannot be killed, or of a
    /// worker that is killed when its other tasks have ended (<see cref="ProcessPoolOptions.NeighbourGrace"/>).</summary>
    public required int AbandonedThreads { get; init; }

    /// <summary>The workers: processes or threads. Empty for the inline executor.</summary>
    public required IReadOnlyList<WorkerSnapshot> Workers { get; init; }
}

/// <summary>Where a worker is in its life.</summary>
public enum WorkerState
{
    /// <summary>It waits for its turn to start, or is starting.</summary>
    Starting,

    /// <summary>It is ready, and is kept in reserve: it takes no tasks yet.</summary>
    Spare,

    /// <summary>It takes tasks and has none.</summary>
    Idle,

    /// <summary>It has a task.</summary>
    Busy,

    /// <summary>It takes no more tasks: it finishes those that it has, was asked to end, or was killed.</summary>
    Leaving,
}

/// <summary>What one worker was doing at the moment of the <see cref="ExecutorSnapshot"/>.</summary>
public sealed record WorkerSnapshot
{
    /// <summary>The worker's number. It is never used again within one executor.</summary>
    public required int Id { get; init; }

    /// <summary>The worker's process, or null if the worker is a thread or its process has not started yet.</summary>
    public required int? ProcessId { get; init; }

    /// <summary>Where the worker is in its life.</summary>
    public required WorkerState State { get; init; }

    /// <summary>The tasks that the worker has, in the order in which it was given them. A worker runs the first one; short tasks wait
    /// behind it.</summary>
    public required IReadOnlyList<TaskSnapshot> Tasks { get; init; }

    /// <summary>The time since the worker was asked for. It may wait for its turn: no more workers start at a time than there are
    /// processors.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>How many tasks the worker has ended.</summary>
    public required long TasksDone { get; init; }

    /// <summary>The node, if the executor is a <c>ClusterExecutor</c>, whose workers are nodes; otherwise null.</summary>
    public NodeSnapshot? Node { get; init; }

    /// <summary>Resident bytes of the worker process when they were last read, at most a few seconds before a snapshot that follows
    /// another; null if the worker is a thread, or if the number could not be read.</summary>
    public required long? ResidentBytes { get; init; }
}

/// <summary>A node of a cluster at the moment of the <see cref="ExecutorSnapshot"/>. Its <see cref="WorkerSnapshot.ProcessId"/> is that of
/// the process that has joined, on its own machine.</summary>
public sealed record NodeSnapshot
{
    /// <summary>The name of the node, as it has said.</summary>
    public required string Name { get; init; }

    /// <summary>The address and port at which it has joined.</summary>
    public required string Address { get; init; }

    /// <summary>How many tasks it runs at once.</summary>
    public required int Slots { get; init; }

    /// <summary>Its labels, which <see cref="SubmitOptions.Requires"/> selects.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The time since it was last heard of.</summary>
    public required TimeSpan HeardAgo { get; init; }
}

/// <summary>A task that a worker had at the moment of the <see cref="ExecutorSnapshot"/>.</summary>
public sealed record TaskSnapshot
{
    /// <summary>The task's number, which is unique within one executor.</summary>
    public required long Id { get; init; }

    /// <summary>The name of the task: <see cref="SubmitOptions.Name"/>, or the name of its method.</summary>
    public required string Name { get; init; }

    /// <summary>Which run of the task this is: 1 for the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>The time since the worker was given the task.</summary>
    public required TimeSpan Age { get; init; }
}
