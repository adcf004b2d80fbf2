namespace Offloop;

/// <summary>The base class of the exceptions that an executor makes. It carries the facts of the failure.</summary>
public class ExecutorException : Exception
{
    /// <summary>Makes an exception with its message, its facts and the exception that caused it.</summary>
    public ExecutorException(string message, TaskFailure failure, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Failure = failure;
    }

    /// <summary>The facts of the failure.</summary>
    public TaskFailure Failure { get; }
}

/// <summary>The worker that had the task ended before the task's outcome was known. <see cref="TaskFailure.Phase"/> says whether the
/// task may have had side effects.</summary>
public sealed class WorkerLostException(string message, TaskFailure failure, Exception? innerException = null)
    : ExecutorException(message, failure, innerException);

/// <summary>The queue of the executor was full and its mode is <see cref="QueueFullMode.Reject"/>.</summary>
public sealed class QueueFullException(string message, TaskFailure failure, Exception? innerException = null)
    : ExecutorException(message, failure, innerException);

/// <summary>The executor cannot start workers, so the task cannot run. The message says why. The executor goes on trying, and later tasks
/// may run, unless its state is <c>ExecutorState.Broken</c>.</summary>
public sealed class BrokenExecutorException(string message, TaskFailure failure, Exception? innerException = null)
    : ExecutorException(message, failure, innerException);
