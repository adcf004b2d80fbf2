namespace Offloop;

/// <summary>The task ran longer than its timeout and was ended. Unlike a <see cref="TimeoutException"/> that a task throws itself,
/// this exception carries the facts of the failure.</summary>
public sealed class TaskTimeoutException : TimeoutException
{
    /// <summary>Makes an exception with its message, its facts and the exception that caused it.</summary>
    public TaskTimeoutException(string message, TaskFailure failure, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Failure = failure;
    }

    /// <summary>The facts of the failure.</summary>
    public TaskFailure Failure { get; }
}
