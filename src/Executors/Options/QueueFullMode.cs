namespace Offloop;

/// <summary>What a submit does when the queue of an executor holds as many tasks as its capacity allows.</summary>
public enum QueueFullMode
{
    /// <summary>The submitted task waits for room, in submission order; its cancellation token ends the wait.</summary>
    Wait,

    /// <summary>The submitted task fails at once with a <see cref="QueueFullException"/>.</summary>
    Reject,
}
