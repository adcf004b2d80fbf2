namespace Offloop;

/// <summary>How <see cref="Executor.ShutdownAsync"/> treats the tasks that are not done yet.</summary>
public enum ShutdownMode
{
    /// <summary>Every task that was accepted is run to its end.</summary>
    Drain,

    /// <summary>Running tasks are run to their end; tasks that wait in the queue are cancelled.</summary>
    CancelQueued,

    /// <summary>Queued tasks are cancelled and running ones are killed (in-process: their token is cancelled and they are abandoned).</summary>
    Kill,
}
