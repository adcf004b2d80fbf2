using System.Diagnostics;

namespace Offloop.Telemetry;

/// <summary>Something that happened to a task, to a worker or to an executor, as typed facts. It is told once, outside every lock. The
/// events of one task are heard in the order in which they were decided, and so are those of the executor.</summary>
internal abstract record ExecutorEvent;

/// <summary>The executor has entered a state. <see cref="ExecutorState.Degraded"/> is told again if tasks fail from then on.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">Why, if it is not what its owner asked for.</param>
internal sealed record ExecutorStateChanged(ExecutorState State, string? Reason = null) : ExecutorEvent;

/// <summary>A node has joined the cluster, and takes tasks.</summary>
/// <param name="WorkerId">Its number in the executor.</param>
/// <param name="Node">What it is.</param>
internal sealed record NodeJoined(int WorkerId, NodeSnapshot Node) : ExecutorEvent;

/// <summary>Nothing is heard of a node, or it takes no tasks for another reason. The tasks that it has go on.</summary>
internal sealed record NodeSilent(int WorkerId, string Name, string Reason) : ExecutorEvent;

/// <summary>A node that had been silent takes tasks again.</summary>
internal sealed record NodeHeard(int WorkerId, string Name) : ExecutorEvent;

/// <summary>A node is gone. It has left when it had no more tasks, or it was lost with those that it had.</summary>
/// <param name="WorkerId">Its number in the executor.</param>
/// <param name="Name">Its name.</param>
/// <param name="LostTasks">How many tasks it had.</param>
/// <param name="Reason">Why it was lost; null if it has left.</param>
internal sealed record NodeGone(int WorkerId, string Name, int LostTasks, string? Reason) : ExecutorEvent;

/// <summary>The application was edited in memory while it runs, and the workers do not have the edit.</summary>
internal sealed record ApplicationEdited : ExecutorEvent
{
    /// <summary>What that means, and what to do.</summary>
    public const string Advice =
        "The application was edited while it runs, and its worker processes still run the code of its files. Restart it to run the new "
        + "code in them; 'dotnet watch --no-hot-reload' does so at each edit.";
}

/// <summary>A transition of one task.</summary>
internal abstract record TaskEvent(TaskFacts Task) : ExecutorEvent;

/// <summary>The task waits for room in the bounded queue.</summary>
internal sealed record TaskWaiting(TaskFacts Task) : TaskEvent(Task);

/// <summary>The task waits in the queue.</summary>
internal sealed record TaskQueued(TaskFacts Task) : TaskEvent(Task);

/// <summary>The task is given to a worker.</summary>
internal sealed record TaskAssigned(TaskFacts Task, int? WorkerId, int? ProcessId) : TaskEvent(Task);

/// <summary>The task's method is being called. Told only for tasks whose start has to be known, unless somebody hears of tasks.</summary>
internal sealed record TaskStarted(TaskFacts Task, int? WorkerId, int? ProcessId) : TaskEvent(Task);

/// <summary>The task was asked to end.</summary>
internal sealed record TaskEndRequested(TaskFacts Task, FailureCause Cause) : TaskEvent(Task);

/// <summary>The task did not end by itself, and its worker is told to end it by force.</summary>
internal sealed record TaskEndForced(TaskFacts Task) : TaskEvent(Task);

/// <summary>The task came back from a worker without an outcome, and waits in the queue again.</summary>
/// <param name="Task">The task, with the attempt that comes next.</param>
/// <param name="Lost">The facts if its worker was lost; null if the worker gave it back.</param>
internal sealed record TaskRequeued(TaskFacts Task, TaskFailure? Lost) : TaskEvent(Task);

/// <summary>The task has its outcome.</summary>
/// <param name="Task">The task.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Exception">What its caller gets instead of a result, or null.</param>
internal sealed record TaskEnded(TaskFacts Task, OutcomeKind Kind, Exception? Exception) : TaskEvent(Task);

/// <summary>A run of a task has failed: the task threw, was ended, or was lost with its worker; or it could not be run at all. It is told
/// to those who hear of failures, whether the task runs again or not, just before <see cref="TaskRequeued"/> or
/// <see cref="TaskEnded"/>.</summary>
/// <param name="Task">The task, with the attempt that failed.</param>
/// <param name="Kind">How the task has ended; null if it runs again.</param>
/// <param name="Exception">What its caller gets, or null if it runs again or its caller does not wait for it any more.</param>
/// <param name="Failure">The facts, if it is not an exception of the task's own.</param>
/// <param name="Item">The task itself, for a listener that knows what tasks are made of.</param>
internal sealed record TaskFailed(TaskFacts Task, OutcomeKind? Kind, Exception? Exception, TaskFailure? Failure, object Item)
    : TaskEvent(Task);

/// <summary>Which task an event is about, and what was known of it at that moment. Two are equal if they are of the same attempt of the
/// same task.</summary>
internal readonly record struct TaskFacts(long Id, string Name, int Attempt)
{
    /// <summary>The clock's timestamp of the event.</summary>
    public long At { get; init; }

    /// <summary>The clock's timestamp of the submit; null if nobody heard of tasks then.</summary>
    public long? SubmittedAt { get; init; }

    /// <summary>The clock's timestamp of the last start; null if there was none, or nobody heard of it.</summary>
    public long? StartedAt { get; init; }

    /// <summary>The span of its submitter, or null.</summary>
    public Activity? Span { get; init; }

    public bool Equals(TaskFacts other) => (Id, Name, Attempt) == (other.Id, other.Name, other.Attempt);

    public override int GetHashCode() => HashCode.Combine(Id, Attempt);
}

/// <summary>It was read where a task was.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Name">Its name.</param>
/// <param name="WorkerId">Its worker.</param>
/// <param name="ProcessId">The worker's process.</param>
/// <param name="Stack">Where it was.</param>
/// <param name="RanFor">How long it had run, if it goes on; null if it is about to be ended.</param>
internal sealed record TaskStackRead(
    long TaskId, string Name, int WorkerId, int ProcessId, TaskStackTrace Stack, TimeSpan? RanFor) : ExecutorEvent;

/// <summary>The memory of a worker was written to a file, or could not be.</summary>
/// <param name="ProcessId">The worker's process.</param>
/// <param name="File">The file, or null.</param>
/// <param name="Reason">Why there is none, in one sentence, or null.</param>
internal sealed record MemoryDumped(int ProcessId, string? File, string? Reason) : ExecutorEvent;

/// <summary>Workers start without the settings for dumps of their crashes.</summary>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record DumpsAreOff(string Reason) : ExecutorEvent;

/// <summary>A transition of one worker.</summary>
internal abstract record WorkerEvent(int WorkerId) : ExecutorEvent;

/// <summary>The worker's turn to start has come.</summary>
internal sealed record WorkerStarting(int WorkerId) : WorkerEvent(WorkerId);

/// <summary>The worker is connected and initialised.</summary>
internal sealed record WorkerReady(int WorkerId, int ProcessId, TimeSpan Took) : WorkerEvent(WorkerId);

/// <summary>The worker could not be started.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="IsDeterministic">Whether another try would fail in the same way.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Failure">The facts.</param>
internal sealed record WorkerStartFailed(int WorkerId, bool IsDeterministic, string Reason, TaskFailure Failure) : WorkerEvent(WorkerId);

/// <summary>The worker takes tasks from now on.</summary>
internal sealed record WorkerActivated(int WorkerId) : WorkerEvent(WorkerId);

/// <summary>The worker takes no more tasks, and ends when it has none.</summary>
internal sealed record WorkerRetiring(int WorkerId) : WorkerEvent(WorkerId);

/// <summary>A task of the worker does not end. The worker takes no more tasks, and is killed when the tasks beside that one have
/// ended.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Grace">How long the other tasks may still take.</param>
internal sealed record WorkerCondemned(int WorkerId, int ProcessId, long TaskId, TimeSpan Grace) : WorkerEvent(WorkerId);

/// <summary>The worker is asked to end.</summary>
internal sealed record WorkerLeaving(int WorkerId) : WorkerEvent(WorkerId);

/// <summary>The worker is killed.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Cause">Why; null if it has to end for the sake of one task, whose timeout or cancellation is the cause.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record WorkerKilled(int WorkerId, int ProcessId, FailureCause? Cause, string Reason) : WorkerEvent(WorkerId);

/// <summary>The worker's process is gone.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Expected">Whether the pool had asked it to end or killed it.</param>
/// <param name="ExitCode">The exit code.</param>
/// <param name="ProbableSignal">The signal that probably ended it, or null.</param>
internal sealed record WorkerEnded(int WorkerId, int ProcessId, bool Expected, int ExitCode, string? ProbableSignal) : WorkerEvent(WorkerId)
{
    /// <summary>How it ended, in words.</summary>
    public string Reason => ProbableSignal is { } signal ? $"probably {signal}" : $"exit code {ExitCode}";
}

/// <summary>The worker was to end by force and its end was not observed; it is taken for gone.</summary>
internal sealed record WorkerGivenUp(int WorkerId, int? ProcessId) : WorkerEvent(WorkerId);
