namespace Offloop.Scheduling;

/// <summary>The life of a task. Every move is decided under the scheduler's lock; <see cref="Done"/> is final and reached once.</summary>
internal enum WorkItemState
{
    /// <summary>Made, not accepted yet. Next: Waiting, Queued, Assigned, Done (cancelled before it was accepted).</summary>
    New,

    /// <summary>Waits for room in a bounded queue. Next: Queued, Assigned, Done.</summary>
    Waiting,

    /// <summary>Waits in the queue. Next: Assigned, Done.</summary>
    Queued,

    /// <summary>Given to a slot, not known to have started. Next: Running, Queued (its worker died before it started), Done.</summary>
    Assigned,

    /// <summary>Its method has been called. Next: Queued (its worker died and it has crash retries left), Done.</summary>
    Running,

    /// <summary>Its outcome is decided.</summary>
    Done,
}
