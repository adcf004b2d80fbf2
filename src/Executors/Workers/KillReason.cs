
namespace Offloop.Workers;

/// <summary>Why the pool kills a worker, as its tasks' failure will say it.</summary>
/// <param name="Cause">The cause, or null if the task itself knows it (its timeout, its cancellation).</param>
/// <param name="Text">For the log.</param>
internal sealed record KillReason(FailureCause? Cause, string Text)
{
    public long? ResidentBytes { get; init; }

    public long? MemoryLimitBytes { get; init; }

    /// <summary>The task for which the worker is killed, or null.</summary>
    public long? TaskId { get; init; }
}
