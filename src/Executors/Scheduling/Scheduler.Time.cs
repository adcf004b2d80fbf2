namespace Offloop.Scheduling;

/// <content>The clock of each task. It has one timer, which is set for the next step.
/// <para>A slot that keeps notes is asked before time decides anything, because its word may be late: its process may be stopped, or this
/// one may have been. A task runs if it is noted as started, whatever was told; and if its end is noted, that end is waited for, and
/// counts if it came in time by the slot's measurement.</para></content>
internal sealed partial class Scheduler
{
    private static readonly TimeSpan s_leastLookPeriod = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_mostLookPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an end that is noted may take to arrive. The task's result may still have to be written, by code of the user, so
    /// the wait is not for ever.</summary>
    private static readonly TimeSpan s_arrival = TimeSpan.FromSeconds(2);

    /// <summary>How often to look whether a task has started whose start was not told: by so much its timeout may come late.</summary>
    private TimeSpan LookPeriodOf(WorkItem item)
    {
        if (TimeoutOf(item) == Timeout.InfiniteTimeSpan)
            return s_mostLookPeriod; // its clock runs elsewhere
        TimeSpan part = TimeoutOf(item) / 8;
        return part < s_leastLookPeriod ? s_leastLookPeriod : part > s_mostLookPeriod ? s_mostLookPeriod : part;
    }

    private void SetTimer_NeedsLock(WorkItem item, TimeSpan due)
    {
        TimeProvider time = Options.TimeProvider;
        item.DueAt = due == Timeout.InfiniteTimeSpan ? null : time.GetTimestamp() + (long)(due.TotalSeconds * time.TimestampFrequency);
        if (item.Timer is { } timer)
            timer.Change(due, Timeout.InfiniteTimeSpan);
        else
            item.Timer = time.CreateTimer(OnTimer, item, due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the time that the timer was last set to is over. A callback may be under way while its timer is stopped or set
    /// anew, and a timer may be a moment early by the clock that measures tasks: it is set again for what is left then.</summary>
    private bool IsDue_NeedsLock(WorkItem item)
    {
        if (item.DueAt is not { } due)
            return false;
        TimeProvider time = Options.TimeProvider;
        long left = due - time.GetTimestamp();
        if (left <= 0)
            return true;
        item.Timer?.Change(TimeSpan.FromMilliseconds(Math.Ceiling(1_000.0 * left / time.TimestampFrequency)), Timeout.InfiniteTimeSpan);
        return false;
    }

    private void OnTimer(object? state)
    {
        var item = (WorkItem)state!;
        Slot slot;
        long? due;
        bool asks;
        using (_lock.EnterScope())
        {
            if (item.Entry is not { } entry || !IsDue_NeedsLock(item))
                return; // it has ended, or lost its worker, or has another time, while this callback was under way
            (slot, due) = (entry.Slot, item.DueAt);
            asks = slot.KeepsNotes && item is { IsForced: false, IsOverdue: false };
        }
        TakeStep(item, slot, due, asks ? slot.PhaseOf(item) : null);
    }

    /// <summary>The time of a step is over: the task's timeout, the grace after its end was requested, or the patience after it was
    /// forced; or there was only something to look at.</summary>
    private void TakeStep(WorkItem item, Slot slot, long? due, TaskPhase? noted)
    {
        EndRequest reason;
        bool wasForced;
        bool isPutOff;
        bool hasStarted = false;
        using (_lock.EnterScope())
        {
            if (item.Entry?.Slot != slot || item.DueAt != due)
                return; // as above, while the slot looked
            (reason, wasForced) = (item.EndRequest, item.IsForced);
            WorkItemState before = item.State;
            isPutOff = noted is { } phase && TryPutOff_NeedsLock(item, slot, phase);
            hasStarted = before != item.State && item.WantsStart;
            if (isPutOff)
                AssertInvariants_NeedsLock();
            else if (reason == EndRequest.None)
                AskToEnd_NeedsLock(item, EndRequest.Timeout);
            else if (!wasForced)
                Force_NeedsLock(item);
        }
        Events.Deliver();
        if (hasStarted)
            item.OnStarted();
        if (isPutOff)
            return;
        if (reason == EndRequest.None)
            slot.RequestEnd(item);
        else if (!wasForced)
            slot.ForceEnd(item);
        else if (slot.IsMoving(item))
            Await(slot, item, due);
        else
            GiveUp(slot, item);
    }

    /// <summary>Gives a forced end more time.</summary>
    private void Await(Slot slot, WorkItem item, long? due)
    {
        using (_lock.EnterScope())
        {
            if (item.Entry?.Slot == slot && item.DueAt == due)
                SetTimer_NeedsLock(item, Options.EndPatience);
        }
    }

    /// <summary>Whether a step is not to be taken yet, by what the slot has noted of the task.</summary>
    private bool TryPutOff_NeedsLock(WorkItem item, Slot slot, TaskPhase noted)
    {
        AssertLocked();
        if (item is { State: WorkItemState.Assigned, EndRequest: EndRequest.None })
        {
            if (noted is TaskPhase.NotStarted or TaskPhase.Unknown)
                SetTimer_NeedsLock(item, LookPeriodOf(item));
            else
                Start_NeedsLock(item, slot);
            return true;
        }
        if (noted is TaskPhase.NotStarted or TaskPhase.Running)
            return false;
        item.IsOverdue = true;
        SetTimer_NeedsLock(item, s_arrival);
        return true;
    }
}
