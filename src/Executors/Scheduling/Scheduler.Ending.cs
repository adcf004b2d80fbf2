namespace Offloop.Scheduling;

/// <content>How tasks end that do not end by themselves: cancellation, timeout, lost workers.</content>
internal sealed partial class Scheduler
{
    // A task that no worker survives to start must not go round for ever.

    /// <summary>How many workers may end before they have started a task, and perhaps because of it.</summary>
    private const int MaxSuspicions = 5;

    /// <summary>How many may end so when nothing points at it: enough that no number of workers which die of something else is taken for its fault.</summary>
    private const int MaxLostBeforeStart = 50;

    /// <summary>The caller wants no more of a task. One that waits never runs; one that runs is asked to end, and made to after the grace.</summary>
    public void Cancel(WorkItem item)
    {
        Slot? slot = null;
        lock (_lock)
        {
            switch (item.State)
            {
                case WorkItemState.Done:
                    return;
                case WorkItemState.Queued:
                    _queue.Remove(item);
                    Admit();
                    break;
                case WorkItemState.Waiting:
                    _waiting.Remove(item);
                    break;
                case WorkItemState.Assigned or WorkItemState.Running when item.EndRequest == EndRequest.None:
                    slot = AskToEnd(item, EndRequest.Cancellation);
                    break;
                case WorkItemState.Assigned or WorkItemState.Running:
                    return;
            }
            if (slot is null)
                Decide(item, new Outcome.Cancelled(item.CancellationToken));
        }
        if (slot is not null)
            slot.RequestEnd(item);
        else
            Settle(item, new Outcome.Cancelled(item.CancellationToken));
    }

    /// <summary>The first step of every forced end: the token is cancelled and the grace begins.</summary>
    private Slot AskToEnd(WorkItem item, EndRequest reason)
    {
        item.EndRequest = reason;
        SetTimer(item, Options.CancellationGrace);
        return item.Slot!;
    }

    private void SetTimer(WorkItem item, TimeSpan due)
    {
        if (item.Timer is { } timer)
            timer.Change(due, Timeout.InfiniteTimeSpan);
        else
            item.Timer = Options.TimeProvider.CreateTimer(OnTimer, item, due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The task's timeout has ended, or the grace after its end was requested.</summary>
    private void OnTimer(object? state)
    {
        var item = (WorkItem)state!;
        Slot slot;
        bool force;
        lock (_lock)
        {
            if (item.Slot is not { } current || item.State is not (WorkItemState.Assigned or WorkItemState.Running))
                return; // it has ended, or lost its worker, while this callback was under way
            force = item.EndRequest != EndRequest.None;
            slot = force ? current : AskToEnd(item, EndRequest.Timeout);
        }
        if (force)
            slot.ForceEnd(item);
        else
            slot.RequestEnd(item);
    }

    /// <summary>What an end of its own means, given what the task had been asked.</summary>
    private Outcome Judge(Slot slot, WorkItem item, Outcome outcome)
    {
        if (item.EndRequest == EndRequest.None)
            return outcome;
        TaskFailure facts = slot.Describe(item) with { Phase = TaskPhase.Running, Attempt = item.Attempt };
        return (item.EndRequest, outcome) switch
        {
            (EndRequest.Timeout, _) => Failures.TimedOut(item, facts, TimeoutOf(item), (outcome as Outcome.Thrown)?.Exception),
            (EndRequest.Cancellation, Outcome.Thrown { AnswersCancellation: true }) => new Outcome.Cancelled(item.CancellationToken),
            (EndRequest.Shutdown, Outcome.Thrown { AnswersCancellation: true }) => Failures.ShutDown(item, facts),
            _ => outcome,
        };
    }

    /// <summary>A slot is gone and all its tasks with it.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="facts">Says of a task what happened; called under the lock.</param>
    /// <param name="isSuspect">Says of a task that had not started whether the slot may be gone because of it; called under the lock.</param>
    public void Lost(Slot slot, Func<WorkItem, TaskFailure> facts, Func<WorkItem, bool> isSuspect)
    {
        List<(WorkItem, Outcome)> decided = [];
        lock (_lock)
        {
            Remove(slot);
            foreach (WorkItem item in slot.Items.ToArray())
            {
                TaskFailure about = facts(item);
                if (about.Phase == TaskPhase.NotStarted)
                {
                    item.LostBeforeStart++;
                    item.Suspicions += isSuspect(item) ? 1 : 0;
                }
                LoseOne(slot, item, about, decided);
            }
        }
        SettleAll(decided);
    }

    /// <summary>One task of a slot is given up; the slot goes on.</summary>
    public void Lost(Slot slot, WorkItem item, TaskFailure facts)
    {
        List<(WorkItem, Outcome)> decided = [];
        lock (_lock)
        {
            if (item.Slot == slot)
                LoseOne(slot, item, facts, decided);
        }
        SettleAll(decided);
    }

    private void LoseOne(Slot slot, WorkItem item, TaskFailure facts, List<(WorkItem, Outcome)> decided)
    {
        facts = facts with { Attempt = item.Attempt };
        if (facts.Phase != TaskPhase.NotStarted && item.Options.CrashRetries > 0)
        {
            (item.LostAttempts ??= []).Add(TaskAttempt.From(facts, Options.TimeProvider.GetElapsedTime(item.AssignedAt)));
            facts = facts with { Attempts = [.. item.LostAttempts] };
        }
        Leave(slot, item);
        Outcome? outcome = item.EndRequest switch
        {
            EndRequest.Timeout => Failures.TimedOut(item, facts, TimeoutOf(item), null),
            EndRequest.Cancellation => new Outcome.Cancelled(item.CancellationToken),
            EndRequest.Shutdown => Failures.ShutDown(item, facts),
            _ when _brokenBecause is not null && facts.Phase == TaskPhase.NotStarted => Refusal(),
            _ when _queuedAreCancelled && facts.Phase == TaskPhase.NotStarted => new Outcome.Cancelled(default),
            _ when facts.Phase == TaskPhase.NotStarted && (item.Suspicions >= MaxSuspicions || item.LostBeforeStart >= MaxLostBeforeStart) => Failures.WorkerLost(item, facts),
            _ when facts.Phase == TaskPhase.NotStarted => null,
            _ when item.Attempt <= item.Options.CrashRetries => null,
            _ => Failures.WorkerLost(item, facts),
        };
        if (outcome is not null)
        {
            decided.Add((item, Decide(item, outcome)));
            return;
        }
        if (facts.Phase != TaskPhase.NotStarted)
            item.Attempt++;
        item.Timer?.Dispose(); // the clock starts again with the next start
        item.Timer = null;
        item.State = WorkItemState.Queued;
        _queue.Restore(item);
    }

    private void SettleAll(List<(WorkItem Item, Outcome Outcome)> decided)
    {
        Pump();
        foreach ((WorkItem item, Outcome outcome) in decided)
            Settle(item, outcome);
    }
}
