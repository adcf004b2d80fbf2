using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <content>The events of tasks. An event is noted under the lock, with the decision that it is about, and only if somebody hears of
/// tasks; it is delivered outside.</content>
internal sealed partial class Scheduler
{
    private ExecutorEvents Events => Options.Events;

    /// <summary>A task is told of from its submit to its end or not at all, so who listens is asked once.</summary>
    private void BeginToTell(WorkItem item)
    {
        item.IsHeard = Events.HearsTasks;
        if (!item.IsHeard)
            return;
        item.SubmittedAt = Options.TimeProvider.GetTimestamp();
        item.BeginSpan(Options.Name);
    }

    private TaskFacts FactsOf(WorkItem item) => new(item.Id, item.Name, item.Attempt)
    {
        At = Options.TimeProvider.GetTimestamp(),
        SubmittedAt = item.SubmittedAt,
        StartedAt = item.StartedAt,
        Span = item.Span,
    };

    /// <param name="slot">The task's slot.</param>
    /// <param name="item">The task.</param>
    /// <param name="took">How long it took, if it has ended meanwhile.</param>
    private void NoteStarted_NeedsLock(Slot slot, WorkItem item, TimeSpan took = default)
    {
        if (!item.IsHeard)
            return;
        TimeProvider time = Options.TimeProvider;
        item.StartedAt = time.GetTimestamp() - (long)(took.TotalSeconds * time.TimestampFrequency);
        Events.Note(new TaskStarted(FactsOf(item), slot.Facts.WorkerId, slot.Facts.ProcessId));
    }

    private void NoteEnded_NeedsLock(WorkItem item, Outcome outcome, TaskFailure? lost)
    {
        if (outcome.Error is not null || lost is not null)
            NoteFailed_NeedsLock(item, outcome, lost);
        if (item.IsHeard)
            Events.Note(new TaskEnded(FactsOf(item), outcome.Kind, outcome.Error));
    }

    /// <param name="item">The task.</param>
    /// <param name="outcome">How it ended; null if it runs again.</param>
    /// <param name="lost">The facts, if it did not end by itself.</param>
    private void NoteFailed_NeedsLock(WorkItem item, Outcome? outcome, TaskFailure? lost)
    {
        if (!Events.HearsFailures)
            return;
        TaskFailure? facts = outcome?.Error switch
        {
            RemoteTaskException => null, // the task's own exception
            ExecutorException ours => ours.Failure,
            TaskTimeoutException ours => ours.Failure,
            _ => lost,
        };
        var failed = new TaskFailed(FactsOf(item), outcome?.Kind, outcome?.Error, facts, item);
        item.KeepsUpTo = Math.Max(item.KeepsUpTo, Events.LongestArgument(failed));
        Events.Note(failed);
    }

    private static FailureCause CauseOf(EndRequest reason) => reason switch
    {
        EndRequest.Cancellation or EndRequest.ByHand => FailureCause.Cancellation,
        EndRequest.Timeout => FailureCause.Timeout,
        EndRequest.Shutdown => FailureCause.Shutdown,
        _ => FailureCause.Payload,
    };
}
