namespace Offloop.Workers;

/// <summary>The life of one worker. It only moves downwards. Its slot owns it, under the slot's lock; the supervisor alone asks for the
/// moves up to Leaving.</summary>
internal enum WorkerStage
{
    /// <summary>Launched, not ready. It has no tasks. Next: Spare, Gone.</summary>
    Starting,

    /// <summary>Connected and initialised, and takes no tasks yet. Next: Active, Leaving, Dying, Gone.</summary>
    Spare,

    /// <summary>Takes tasks. Next: Retiring, Condemned, Leaving, Dying, Gone.</summary>
    Active,

    /// <summary>Takes no more tasks and finishes those it has. Next: Condemned, Leaving, Dying, Gone.</summary>
    Retiring,

    /// <summary>Has a task that does not end, and is going to be killed for it. The tasks that run beside it get some time to finish. It
    /// takes no more tasks, and another worker takes its place already. Next: Leaving, Dying, Gone.</summary>
    Condemned,

    /// <summary>Was asked to end, and has no task. Next: Dying, Gone.</summary>
    Leaving,

    /// <summary>Has been killed. Its later words about the task that it was killed for do not count. Next: Gone.</summary>
    Dying,

    /// <summary>The process is gone, and its tasks are with others or over.</summary>
    Gone,
}
