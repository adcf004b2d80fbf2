namespace Offloop.Workers;

/// <summary>A worker did not become ready. Internal: callers see a <see cref="BrokenExecutorException"/> if no worker does.</summary>
/// <param name="message">Why, as a clause.</param>
/// <param name="failure">The facts.</param>
/// <param name="isDeterministic">Whether another try would fail in the same way, because the application itself or its files are the
/// cause, and not what surrounds them.</param>
/// <param name="innerException">What was thrown.</param>
internal sealed class WorkerStartException(
    string message, TaskFailure failure, bool isDeterministic, Exception? innerException = null) : Exception(message, innerException)
{
    public TaskFailure Failure { get; } = failure;

    public bool IsDeterministic { get; } = isDeterministic;
}

/// <summary>A worker that has started cannot be used, and no other one could: its initializer threw, or it is of another build.</summary>
internal sealed class UnusableWorkerException(string message) : Exception(message);
