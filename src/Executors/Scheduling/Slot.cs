namespace Offloop.Scheduling;

/// <summary>A place that runs tasks: a thread, a worker process, the caller itself, a machine elsewhere. With <see cref="SlotSource"/> it
/// is the only seam between the scheduler and the executors.
/// <para>The scheduler calls the methods outside its lock, on any thread; none of them throws. It reads the properties under its lock, so
/// they only return what the slot has published. The book-keeping of who runs where is the scheduler's
/// (<see cref="SlotEntry"/>).</para></summary>
internal abstract class Slot
{
    /// <summary>How many tasks may run here at once. Constant, 1 or more.</summary>
    public virtual int Concurrency => 1;

    /// <summary>How many tasks may be here at once, those that run included: more than <see cref="Concurrency"/> lets short tasks travel
    /// ahead. It may change at any time.</summary>
    public virtual int Window => Concurrency;

    /// <summary>The same for tasks that were asked to travel together. Constant.</summary>
    public virtual int ChunkWindow => 0;

    /// <summary>How many tasks the slot takes in all before it has to be replaced. Constant.</summary>
    public virtual long TaskLimit => long.MaxValue;

    /// <summary>The slot's labels: something that it has and others lack. Constant.</summary>
    public virtual LabelSet Labels => LabelSet.Empty;

    /// <summary>Whether the slot notes how far its tasks are before it says so. Its word may be late or never come, because its process is
    /// stopped or because this one was; the scheduler asks <see cref="PhaseOf"/> before it judges by time. Constant.</summary>
    public virtual bool KeepsNotes => false;

    /// <summary>The facts about this slot for reports about its tasks.</summary>
    public abstract SlotFacts Facts { get; }

    /// <summary>Starts a task, or puts it where it will be started. A task whose end was requested before it was here
    /// (<see cref="WorkItem.EndRequest"/>) is given up instead. Leads to Finished, GivenBack, GivenUp or Lost of the scheduler.</summary>
    public abstract void Send(Assignment assignment);

    /// <summary>Cancels the token of a task that is here.</summary>
    public abstract void RequestEnd(WorkItem item);

    /// <summary>Ends a task that did not end by itself, with whatever that takes; it leads to GivenUp or Lost of the scheduler.
    /// The slot itself checks, under its own lock, that the task is still here: this is the fence that keeps a kill from the next task.
    /// Until the slot is lost it keeps the task, so nothing is dispatched to a dying worker.</summary>
    public abstract void ForceEnd(WorkItem item);

    /// <summary>How far a task is by the slot's notes: <see cref="TaskPhase.ResultLost"/> if its method has returned or thrown, so that its
    /// end is on its way; <see cref="TaskPhase.Unknown"/> if the slot does not have it yet or any more, because its end is being told or
    /// the slot is about to be lost.</summary>
    public virtual TaskPhase PhaseOf(WorkItem item) => TaskPhase.Unknown;

    /// <summary>Whether something large of a task is on its way to the slot or from there, which the order to end the task cannot overtake,
    /// or its end. Then its forced end is awaited for as long again.</summary>
    public virtual bool IsMoving(WorkItem item) => false;

    /// <summary>The forced end was not observed in time (<see cref="SchedulerOptions.EndPatience"/>): the process cannot be killed, or the
    /// machine cannot be reached. The scheduler takes the slot for lost, with the facts that this returns, and ignores its later
    /// reports.</summary>
    public virtual SlotLoss GiveUp() => new() { Otherwise = Facts.ToFailure(FailureCause.Unresponsive, TaskPhase.Unknown, attempt: 0) };
}
