namespace Offloop.Workers;

/// <summary>The life of one worker. It only moves downwards; its slot owns it, under the slot's lock.</summary>
internal enum WorkerState
{
    /// <summary>Launched, not ready. It has no tasks. Next: Ready, Gone.</summary>
    Starting,

    /// <summary>Takes tasks. Next: Leaving, Dying, Gone.</summary>
    Ready,

    /// <summary>Was asked to end, has no task and gets none. Next: Dying, Gone.</summary>
    Leaving,

    /// <summary>Has been killed. Whatever it still says does not count. Next: Gone.</summary>
    Dying,

    /// <summary>The process is gone, and its tasks are with others or over.</summary>
    Gone,
}
