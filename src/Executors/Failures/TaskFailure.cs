namespace Offloop;

/// <summary>Why an executor ended a task, or could not run it.</summary>
public enum FailureCause
{
    /// <summary>The task itself threw.</summary>
    TaskException,

    /// <summary>An argument, a result, an item or an exception could not be carried between the processes.</summary>
    Payload,

    /// <summary>The task ran longer than its timeout. In a <see cref="WorkerLostException"/>, another task of the worker did, and this one
    /// had just begun when the kill for that came, or did not end within the <see cref="ProcessPoolOptions.NeighbourGrace"/>.</summary>
    Timeout,

    /// <summary>The caller cancelled the task and it did not end within the grace. In a <see cref="WorkerLostException"/>, as for
    /// <see cref="Timeout"/>.</summary>
    Cancellation,

    /// <summary>The worker used more memory than it may.</summary>
    MemoryLimit,

    /// <summary>A fault or a signal ended the worker; see <see cref="TaskFailure.ProbableSignal"/>.</summary>
    Crash,

    /// <summary>The worker ended itself; see <see cref="TaskFailure.ExitCode"/>.</summary>
    Exit,

    /// <summary>The worker no longer answered.</summary>
    Unresponsive,

    /// <summary>The worker could not be started.</summary>
    StartFailure,

    /// <summary>The worker sent something that is not part of the protocol, or closed its pipe.</summary>
    ProtocolError,

    /// <summary>The executor was shut down.</summary>
    Shutdown,

    /// <summary>The queue was full.</summary>
    QueueFull,

    /// <summary>The node of a cluster that had the task was lost: nothing was heard of it for so long that it has ended all that it
    /// ran.</summary>
    NodeLost,
}

/// <summary>How far a task had got when its worker ended.</summary>
public enum TaskPhase
{
    /// <summary>The task's method had not been called.</summary>
    NotStarted,

    /// <summary>The task's method had been called and had not returned.</summary>
    Running,

    /// <summary>The task's method had returned, but its result did not arrive.</summary>
    ResultLost,

    /// <summary>Nobody knows, because the end of the worker could not be observed. The task may have run.</summary>
    Unknown,
}

/// <summary>The facts of a failure that an executor reports. Immutable.</summary>
public sealed record TaskFailure
{
    /// <summary>Why the task failed.</summary>
    public required FailureCause Cause { get; init; }

    /// <summary>How far the task had got.</summary>
    public TaskPhase Phase { get; init; }

    /// <summary>The number of the worker that had the task, or null if the task never reached one.</summary>
    public int? WorkerId { get; init; }

    /// <summary>The id of the worker's process, or null if the worker is a thread.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The name of the node of a cluster that had the task, or null if the executor has no nodes. <see cref="WorkerId"/> and
    /// <see cref="ProcessId"/> are those of a worker on that node, or of the node itself if it was lost.</summary>
    public string? Node { get; init; }

    /// <summary>The worker's exit code, or null if its process did not end or its end was not observed.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that probably ended the worker (such as <c>SIGSEGV</c>), or null. It is only probable because the runtime
    /// reports <c>exit(137)</c> and <c>SIGKILL</c> in the same way.</summary>
    public string? ProbableSignal { get; init; }

    /// <summary>The number of this run of the task: 1 for the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Every run that ended with a lost worker, in order and including this one. Empty unless
    /// <see cref="SubmitOptions.CrashRetries"/> is above 0.</summary>
    public IReadOnlyList<TaskAttempt> Attempts { get; init; } = [];

    /// <summary>Resident bytes of the worker and its children if it was killed for its use of memory; otherwise null.</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>The limit in bytes that the worker exceeded, if it was killed for its use of memory; otherwise null.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>The other tasks that ran in the same worker when it ended, or when this task was given up there. Empty unless
    /// <see cref="ProcessPoolOptions.ThreadsPerWorker"/> is above 1. Any of them may be the reason why the worker ended; see
    /// <see cref="EndedBy"/>.</summary>
    public IReadOnlyList<TaskNeighbour> SharedWith { get; init; } = [];

    /// <summary>The number of the task that ended the worker, this one or another, if that is known: it called
    /// <see cref="Environment.Exit"/>, or did not end in time. Otherwise null: a fault, a signal and the limit of memory concern the whole
    /// process.</summary>
    public long? EndedBy { get; init; }

    /// <summary>Where the task was when it was about to be ended by force, if the pool reads that (the package
    /// <c>Offloop.Diagnostics</c>); otherwise null.</summary>
    public TaskStackTrace? Stack { get; init; }

    /// <summary>The file to which the memory of the worker was written before it ended, if the pool was asked to; otherwise
    /// null.</summary>
    public string? DumpFile { get; init; }

    /// <summary>The last lines that the worker wrote to its standard error, or an empty string.</summary>
    public string StandardErrorTail { get; init; } = "";
}
