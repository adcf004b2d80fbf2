using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <content>The ends that tasks do not choose: cancellation, timeout, lost workers.
/// <para>A forced end has three steps: the token is cancelled and the grace begins; the slot ends the task by force; a slot whose end is
/// not observed after that is given up.</para></content>
internal sealed partial class Scheduler
{
    // A task that no worker survives to start must not go round for ever.

    /// <summary>How many workers may end before they have started a task, and perhaps because of it.</summary>
    private const int MaxSuspicions = 5;

    /// <summary>How many may end so when nothing points at it: enough that no number of workers which die of something else is taken for
    /// its fault.</summary>
    private const int MaxLostBeforeStart = 50;

    /// <summary>The caller wants no more of a task. One that waits never runs; one that runs is asked to end, and made to after the
    /// grace.</summary>
    public void Cancel(WorkItem item) => End(item, EndRequest.Cancellation, new Outcome.Cancelled(item.CancellationToken));

    /// <summary>The caller cannot read something that a task has sent, so the task has failed, whatever it still does. It is asked to end
    /// like a cancelled one.</summary>
    public void Fail(WorkItem item, Outcome.Failed verdict) => End(item, EndRequest.Failure, verdict);

    /// <summary>The task with this number if a slot has it, or null.</summary>
    public WorkItem? FindAssigned(long id)
    {
        using (_lock.EnterScope())
            return _entries.Values.SelectMany(static entry => entry.Items).FirstOrDefault(item => item.Id == id);
    }

    /// <summary>Somebody who looks after the executor wants an end of a task.</summary>
    public void EndByHand(WorkItem item) =>
        End(item, EndRequest.ByHand, Failures.EndedByHand(item, new TaskFailure { Cause = FailureCause.Cancellation }));

    /// <summary>The same, without a grace: a task that has been asked to end, or not, is ended by force.</summary>
    public void ForceByHand(WorkItem item)
    {
        EndByHand(item);
        Slot slot;
        using (_lock.EnterScope())
        {
            if (item.Entry is not { } entry || item.IsForced)
                return;
            Force_NeedsLock(item);
            slot = entry.Slot;
        }
        Events.Deliver();
        slot.ForceEnd(item);
    }

    private void End(WorkItem item, EndRequest reason, Outcome outcome)
    {
        Slot? slot = null;
        using (_lock.EnterScope())
        {
            switch (item.State)
            {
                case WorkItemState.Done:
                    return;
                case WorkItemState.Queued:
                    _queue.Remove(item);
                    Admit_NeedsLock();
                    break;
                case WorkItemState.Waiting:
                    Unwait_NeedsLock(item);
                    break;
                case WorkItemState.Assigned or WorkItemState.Running when item.EndRequest == EndRequest.None:
                    item.Verdict = outcome;
                    slot = AskToEnd_NeedsLock(item, reason);
                    break;
                case WorkItemState.Assigned or WorkItemState.Running:
                    return;
            }
            if (slot is null)
                Decide_NeedsLock(item, outcome);
            TellDemand_NeedsLock();
            AssertInvariants_NeedsLock();
        }
        if (slot is not null)
        {
            Events.Deliver();
            slot.RequestEnd(item);
            return;
        }
        Dispatch(); // another task may have come into the queue in its place
        Settle(item, outcome);
    }

    /// <summary>The first step of every forced end: the grace begins.</summary>
    private Slot AskToEnd_NeedsLock(WorkItem item, EndRequest reason)
    {
        AssertLocked();
        Request_NeedsLock(item, reason);
        SetTimer_NeedsLock(item, Options.CancellationGrace);
        return item.Entry!.Slot;
    }

    private void Request_NeedsLock(WorkItem item, EndRequest reason)
    {
        item.EndRequest = reason;
        if (item.IsHeard)
            Events.Note(new TaskEndRequested(FactsOf(item), CauseOf(reason)));
    }

    /// <summary>The second step of every forced end: the patience begins.</summary>
    private void Force_NeedsLock(WorkItem item)
    {
        item.IsForced = true;
        if (item.IsHeard)
            Events.Note(new TaskEndForced(FactsOf(item)));
        SetTimer_NeedsLock(item, Options.EndPatience);
    }

    /// <summary>The third step: nobody has seen the forced end. The slot is taken for gone, so that its tasks, its place and a shutdown do
    /// not wait for ever.</summary>
    private void GiveUp(Slot slot, WorkItem item)
    {
        SlotLoss loss = slot.GiveUp();
        Lost(slot, loss);
        GivenUp(slot, item, loss.Of(item)); // if the slot was lost before, with this task's end on its way
    }

    /// <summary>The outcome of a task that ended by itself, after it may have been asked to end.</summary>
    private Outcome Judge(Slot slot, WorkItem item, Outcome outcome, TimeSpan? took)
    {
        if (item.EndRequest == EndRequest.None)
            return item.IsOverdue && took > TimeoutOf(item) ? TimedOut() : outcome;
        bool answersCancellation = outcome is Outcome.Thrown { AnswersCancellation: true };
        return item.EndRequest switch
        {
            // Its end was noted in time and was late to arrive, or nobody was there to hear it.
            EndRequest.Timeout when item.IsOverdue && took <= TimeoutOf(item) => outcome,
            EndRequest.Timeout => TimedOut(),
            EndRequest.Shutdown when answersCancellation => Failures.ShutDown(item, Facts(FailureCause.Shutdown)),
            EndRequest.ByHand when answersCancellation => Failures.EndedByHand(item, Facts(FailureCause.Cancellation)),
            EndRequest.Failure => item.Verdict!,
            EndRequest.Cancellation when answersCancellation => item.Verdict!,
            _ => outcome,
        };

        Outcome TimedOut() =>
            Failures.TimedOut(item, Facts(FailureCause.Timeout), TimeoutOf(item), grace: null, (outcome as Outcome.Thrown)?.Exception);

        TaskFailure Facts(FailureCause cause) => WithAttempts(item, slot.Facts.ToFailure(cause, TaskPhase.Running, item.Attempt));
    }

    private static TaskFailure WithAttempts(WorkItem item, TaskFailure facts) =>
        item.LostAttempts is { } attempts ? facts with { Attempts = [.. attempts] } : facts;

    /// <summary>A slot is gone, and all its tasks with it. A slot that is out already is left alone.</summary>
    public void Lost(Slot slot, SlotLoss loss)
    {
        List<TaskEnd> decided = [];
        using (_lock.EnterScope())
        {
            if (!_entries.TryGetValue(slot, out SlotEntry? entry))
                return;
            Remove_NeedsLock(entry);
            foreach (WorkItem item in entry.Items.ToArray())
            {
                if (loss.Ending.Contains(item))
                    continue;
                TaskLoss about = loss.Of(item);
                Suspect_NeedsLock(item, about);
                Lose_NeedsLock(item, about.Facts, decided);
            }
            TellDemand_NeedsLock();
            AssertInvariants_NeedsLock();
        }
        Dispatch();
        SettleAll(decided);
    }

    /// <summary>One task of a slot is given up; the slot goes on.</summary>
    public void GivenUp(Slot slot, WorkItem item, TaskFailure facts) => GivenUp(slot, item, new TaskLoss(facts, IsSuspect: false));

    /// <inheritdoc cref="GivenUp(Slot, WorkItem, TaskFailure)"/>
    public void GivenUp(Slot slot, WorkItem item, TaskLoss loss)
    {
        List<TaskEnd> decided = [];
        using (_lock.EnterScope())
        {
            if (item.Entry is not { } entry || entry.Slot != slot)
                return;
            entry.Assigned -= loss.Facts.Phase == TaskPhase.NotStarted ? 1 : 0;
            Suspect_NeedsLock(item, loss);
            Lose_NeedsLock(item, loss.Facts, decided);
            TellDemand_NeedsLock();
            AssertInvariants_NeedsLock();
        }
        Dispatch();
        SettleAll(decided);
    }

    /// <summary>Tasks that had been given to a slot come back, not started.</summary>
    public void GivenBack(Slot slot, IEnumerable<WorkItem> items)
    {
        List<TaskEnd> decided = [];
        using (_lock.EnterScope())
        {
            foreach (WorkItem item in items)
            {
                if (item.Entry is not { } entry || entry.Slot != slot)
                    continue;
                entry.Assigned--;
                Lose_NeedsLock(
                    item, slot.Facts.ToFailure(FailureCause.Cancellation, TaskPhase.NotStarted, item.Attempt), decided, isGivenBack: true);
            }
            TellDemand_NeedsLock();
            AssertInvariants_NeedsLock();
        }
        Dispatch();
        SettleAll(decided);
    }

    /// <summary>Counts a loss against a task that had not started.</summary>
    private static void Suspect_NeedsLock(WorkItem item, TaskLoss loss)
    {
        if (loss.Facts.Phase != TaskPhase.NotStarted)
            return;
        item.LostBeforeStart++;
        item.Suspicions += loss.IsSuspect ? 1 : 0;
    }

    /// <summary>A slot has a task no more: it gets its outcome, or waits in the queue again.</summary>
    private void Lose_NeedsLock(WorkItem item, TaskFailure facts, List<TaskEnd> decided, bool isGivenBack = false)
    {
        AssertLocked();
        facts = facts with { Attempt = item.Attempt };
        if (facts.Phase != TaskPhase.NotStarted && item.Options.CrashRetries > 0)
        {
            (item.LostAttempts ??= []).Add(TaskAttempt.From(facts, Options.TimeProvider.GetElapsedTime(item.AssignedAt)));
        }
        facts = WithAttempts(item, facts);
        Leave_NeedsLock(item);
        if (VerdictOf_NeedsLock(item, facts) is { } outcome)
        {
            decided.Add(new TaskEnd(item, Decide_NeedsLock(item, outcome, isGivenBack ? null : facts)));
            return;
        }
        if (!isGivenBack)
            NoteFailed_NeedsLock(item, outcome: null, facts);
        if (facts.Phase != TaskPhase.NotStarted)
        {
            item.Attempt++;
            item.MayBeGuilty |= facts.SharedWith.Count > 0 && (facts.EndedBy is null || facts.EndedBy == item.Id);
        }
        item.Timer?.Dispose(); // the clock starts again with the next start
        (item.Timer, item.DueAt) = (null, null);
        item.State = WorkItemState.Queued;
        _queue.Restore(item);
        if (item.IsHeard)
            Events.Note(new TaskRequeued(FactsOf(item), isGivenBack ? null : facts));
    }

    /// <summary>The outcome of a task that was lost with its slot; null if it is sent elsewhere.</summary>
    private Outcome? VerdictOf_NeedsLock(WorkItem item, TaskFailure facts)
    {
        // A worker may die by itself in the grace; a thread's task is lost in no other way.
        bool isForced = facts.Cause == FailureCause.Timeout || facts.ProcessId is null;
        bool mayRunAgain = facts.Phase == TaskPhase.NotStarted
            ? item.Suspicions < MaxSuspicions && item.LostBeforeStart < MaxLostBeforeStart
            : item.Attempt <= item.Options.CrashRetries;
        return item.EndRequest switch
        {
            EndRequest.Timeout => Failures.TimedOut(item, facts, TimeoutOf(item), isForced ? Options.CancellationGrace : null, null),
            EndRequest.Cancellation or EndRequest.Failure => item.Verdict!,
            EndRequest.ByHand => Failures.EndedByHand(item, facts),
            EndRequest.Shutdown => Failures.ShutDown(item, facts),
            _ when _allAreEnded => Failures.ShutDown(item, facts),
            _ when facts.Phase == TaskPhase.NotStarted && Helplessness_NeedsLock() is { } helpless => helpless,
            _ when facts.Phase == TaskPhase.NotStarted && _queuedAreCancelled => new Outcome.Cancelled(default),
            _ when mayRunAgain && _broken is null => null,
            _ => Failures.WorkerLost(item, facts),
        };
    }
}
