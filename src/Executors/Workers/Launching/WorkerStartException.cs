namespace Offloop.Workers;

/// <summary>A worker did not become ready. Internal: callers see a <see cref="BrokenExecutorException"/> when it happens too
/// often.</summary>
internal sealed class WorkerStartException(
    string message, TaskFailure failure, Exception? innerException = null) : Exception(message, innerException)
{
    public TaskFailure Failure { get; } = failure;
}
