namespace Offloop.Workers;

/// <summary>A worker did not become ready. Internal: callers see a <see cref="BrokenExecutorException"/> if no worker does.</summary>
/// <param name="message">Why, as a clause.</param>
/// <param name="failure">The facts.</param>
/// <param name="isDeterministic">Whether another try would fail in the same way, because the cause is the application itself or its
/// files, and not its surroundings.</param>
/// <param name="innerException">The exception that ended the start.</param>
internal sealed class WorkerStartException(
    string message, TaskFailure failure, bool isDeterministic, Exception? innerException = null) : Exception(message, innerException)
{
    public TaskFailure Failure { get; } = failure;

    public bool IsDeterministic { get; } = isDeterministic;
}

/// <summary>A worker that has started cannot be used, and no other one could: its initializer threw, or it is of another build.</summary>
internal sealed class UnusableWorkerException(string message) : Exception(message);
