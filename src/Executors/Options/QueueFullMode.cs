namespace Offloop;

/// <summary>How an executor treats a task that is submitted while its queue is full.</summary>
public enum QueueFullMode
{
    /// <summary>The task waits for room, in the order of submission. Its cancellation token ends the wait.</summary>
    Wait,

    /// <summary>The task fails at once with <see cref="QueueFullException"/>.</summary>
    Reject,
}
