namespace Offloop;

/// <summary>The base of the exceptions that an executor makes; it carries the facts of the failure.</summary>
public class ExecutorException : Exception
{
    /// <summary>Makes an exception with its message, its facts and what caused it.</summary>
    public ExecutorException(string message, TaskFailure failure, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Failure = failure;
    }

    /// <summary>The facts of the failure.</summary>
    public TaskFailure Failure { get; }
}

/// <summary>The worker that had the task ended before the task's outcome was known. Whether the task may have had side effects
/// says <see cref="TaskFailure.Phase"/>.</summary>
public sealed class WorkerLostException(string message, TaskFailure failure, Exception? innerException = null)
    : ExecutorException(message, failure, innerException);

/// <summary>The queue of the executor was full and its mode is <see cref="QueueFullMode.Reject"/>.</summary>
public sealed class QueueFullException(string message, TaskFailure failure, Exception? innerException = null)
    : ExecutorException(message, failure, innerException);

/// <summary>The executor cannot start workers, so that no task can run any more; the message says why.</summary>
public sealed class BrokenExecutorException(string message, TaskFailure failure, Exception? innerException = null)
    : ExecutorException(message, failure, innerException);
