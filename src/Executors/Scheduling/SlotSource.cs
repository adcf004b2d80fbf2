namespace Offloop.Scheduling;

/// <summary>Where an executor's slots come from, and how many there could be: a supervisor of processes, a crew of threads, the caller's
/// thread.</summary>
internal abstract class SlotSource
{
    /// <summary>How many tasks could run at once, or slots there could be. It may change only where nodes come and go.</summary>
    public abstract int MaxSlots { get; }

    /// <summary>How many tasks more slots could run now: those that wait in the queue or for room in it, and those that wait in a slot
    /// behind others. The scheduler calls it under its lock each time the number changes, so the last call is the truth. An implementation
    /// only takes note, and calls nothing of the scheduler.</summary>
    public virtual void Demand(int waiting)
    {
    }

    /// <summary>The workers as they are now. The scheduler calls it under its lock, so it reads only what is published and calls nothing of
    /// the scheduler.</summary>
    public abstract SourceSnapshot Snapshot();

    /// <summary>Ends the workers, once no task is left.</summary>
    public abstract ValueTask CloseAsync();
}

/// <summary>The workers of a source at one moment.</summary>
/// <param name="Workers">One report a worker, whether it has a slot that is open or not.</param>
/// <param name="AbandonedThreads">Threads that still run a task whose outcome is decided.</param>
internal readonly record struct SourceSnapshot(IReadOnlyList<SlotReport> Workers, int AbandonedThreads = 0);

/// <summary>The report of a source about one worker; the scheduler adds the tasks.</summary>
internal readonly record struct SlotReport(Slot Slot, WorkerState State, TimeSpan Age, long TasksDone, long? ResidentBytes)
{
    /// <summary>What the slot is as a node of a cluster, or null.</summary>
    public NodeSnapshot? Node { get; init; }
}
