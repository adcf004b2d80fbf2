namespace Offloop.Scheduling;

/// <summary>A place that runs tasks: a thread, a worker process, the caller itself. It is the only seam between the scheduler and the
/// executors; a remote place needs no other. The scheduler calls the methods outside its lock; none of them throws.</summary>
internal abstract class Slot
{
    /// <summary>The tasks that are here. The scheduler's, under its lock.</summary>
    public List<WorkItem> Items { get; } = [];

    /// <summary>The scheduler's list that it is on. The scheduler's, under its lock.</summary>
    public List<Slot>? List { get; set; }

    /// <summary>Whether it takes tasks at all. The scheduler's, under its lock.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether it is gone for good; it cannot be attached again. The scheduler's, under its lock.</summary>
    public bool IsDetached { get; set; }

    /// <summary>How many tasks it has been given so far. The scheduler's, under its lock.</summary>
    public long Assigned { get; set; }

    /// <summary>How many more tasks it takes now. Called under the scheduler's lock.</summary>
    public virtual int Room => 1 - Items.Count;

    /// <summary>How many more it takes of tasks that were asked to travel together. Called under the scheduler's lock.</summary>
    public virtual int ChunkRoom => 0;

    /// <summary>Starts a task, or puts it where it will be started. One whose end was requested in the moment since its assignment, when the request found
    /// nothing here yet, is given up instead. Leads to Finished, GivenBack or Lost of the scheduler.</summary>
    public abstract void Send(WorkItem item);

    /// <summary>What is known of a task that has not started.</summary>
    protected TaskFailure NotStarted(WorkItem item) => Describe(item) with { Phase = TaskPhase.NotStarted };

    /// <summary>Cancels the token of a task that is here.</summary>
    public abstract void RequestEnd(WorkItem item);

    /// <summary>Ends a task that did not end by itself, with whatever that takes; it leads to a call of Lost.
    /// The slot itself checks, under its own lock, that the task is still here: that is the fence which keeps a kill from the next task.
    /// Until Lost the slot keeps the task, so nothing is dispatched to a dying worker.</summary>
    public abstract void ForceEnd(WorkItem item);

    /// <summary>The facts of this place for a report about a task that is or was here.</summary>
    public abstract TaskFailure Describe(WorkItem item);
}
