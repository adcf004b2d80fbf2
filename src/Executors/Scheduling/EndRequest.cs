namespace Offloop.Scheduling;

/// <summary>Why a task that is with a slot was asked to end; the first reason stands.</summary>
internal enum EndRequest
{
    None,

    /// <summary>The caller's token was cancelled. A task that returns a result all the same keeps it.</summary>
    Cancellation,

    /// <summary>The task's time is over, and its slot has not noted its end. Whatever the task still does, its outcome is a
    /// timeout.</summary>
    Timeout,

    /// <summary>The executor is being killed.</summary>
    Shutdown,

    /// <summary>Somebody who looks after the executor has ended it. A task that returns a result all the same keeps it.</summary>
    ByHand,

    /// <summary>The task has failed already, because the caller cannot read something that it sent. Whatever the task still does, this is
    /// its outcome.</summary>
    Failure,
}
