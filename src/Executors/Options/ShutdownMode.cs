namespace Offloop;

/// <summary>How <see cref="Executor.ShutdownAsync"/> treats unfinished tasks.</summary>
public enum ShutdownMode
{
    /// <summary>Every accepted task runs to its end.</summary>
    Drain,

    /// <summary>Running tasks run to their end; queued tasks are cancelled.</summary>
    CancelQueued,

    /// <summary>Queued tasks are cancelled, and running tasks are killed with their worker process. In this process their token is
    /// cancelled and they are abandoned.</summary>
    Kill,
}
