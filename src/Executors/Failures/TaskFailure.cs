namespace Offloop;

/// <summary>Why an executor ended a task, or could not run it.</summary>
public enum FailureCause
{
    /// <summary>The task itself threw.</summary>
    TaskException,

    /// <summary>The argument, the result or the exception could not be carried between the processes.</summary>
    Payload,

    /// <summary>The task ran longer than its timeout.</summary>
    Timeout,

    /// <summary>The caller cancelled the task and it did not end within the grace.</summary>
    Cancellation,

    /// <summary>The worker used more memory than allowed.</summary>
    MemoryLimit,

    /// <summary>The worker was ended by a fault or a signal; see <see cref="TaskFailure.ProbableSignal"/>.</summary>
    Crash,

    /// <summary>The worker ended itself; see <see cref="TaskFailure.ExitCode"/>.</summary>
    Exit,

    /// <summary>The worker did not answer any more.</summary>
    Unresponsive,

    /// <summary>The worker could not be started.</summary>
    StartFailure,

    /// <summary>The worker sent something that is not part of the protocol, or closed its pipe.</summary>
    ProtocolError,

    /// <summary>The executor was shut down.</summary>
    Shutdown,

    /// <summary>The queue was full.</summary>
    QueueFull,
}

/// <summary>How far a task had come when its worker ended.</summary>
public enum TaskPhase
{
    /// <summary>The task's method had not been called.</summary>
    NotStarted,

    /// <summary>The task's method had been called and had not returned.</summary>
    Running,

    /// <summary>The task's method had returned, but its result did not arrive.</summary>
    ResultLost,

    /// <summary>It is not known: the end of the worker could not be observed. The task may have run.</summary>
    Unknown,
}

/// <summary>The facts of a failure that an executor reports. Immutable.</summary>
public sealed record TaskFailure
{
    /// <summary>Why the task failed.</summary>
    public required FailureCause Cause { get; init; }

    /// <summary>How far the task had come.</summary>
    public TaskPhase Phase { get; init; }

    /// <summary>The worker that had the task, or null where it never reached one.</summary>
    public int? WorkerId { get; init; }

    /// <summary>The worker's process, or null where the worker is a thread.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The worker's exit code, where it ended by itself or of a fault.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that probably ended the worker (such as <c>SIGSEGV</c>). Probable, because the runtime reports
    /// <c>exit(137)</c> and <c>SIGKILL</c> alike.</summary>
    public string? ProbableSignal { get; init; }

    /// <summary>Which run of the task this was: 1 for the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Where <see cref="SubmitOptions.CrashRetries"/> was given: every run that ended with a lost worker, this one included, in order.</summary>
    public IReadOnlyList<TaskAttempt> Attempts { get; init; } = [];

    /// <summary>Resident bytes of the worker and its children when it was ended for its memory; else null.</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>The limit that those bytes were over; else null.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>The last lines that the worker wrote to its standard error, or an empty string.</summary>
    public string StandardErrorTail { get; init; } = "";
}
