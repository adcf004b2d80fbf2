using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <content>The events of tasks. An event is noted under the lock, with the decision that it is about, and only if somebody hears of
/// tasks; it is delivered outside.</content>
internal sealed partial class Scheduler
{
    private ExecutorEvents Events => Options.Events;

    private static TaskFacts FactsOf(WorkItem item) => new(item.Id, item.Name, item.Attempt);

    private void NoteStarted_NeedsLock(Slot slot, WorkItem item)
    {
        if (Events.HearsTasks)
            Events.Note(new TaskStarted(FactsOf(item), slot.Facts.WorkerId, slot.Facts.ProcessId));
    }

    private void NoteEnded_NeedsLock(WorkItem item, Outcome outcome)
    {
        if (Events.HearsTasks)
            Events.Note(new TaskEnded(FactsOf(item), outcome.Kind, ExceptionOf(outcome)));
    }

    private static Exception? ExceptionOf(Outcome outcome) => outcome switch
    {
        Outcome.Thrown thrown => thrown.Exception,
        Outcome.Failed failed => failed.Exception,
        _ => null,
    };

    private static FailureCause CauseOf(EndRequest reason) => reason switch
    {
        EndRequest.Cancellation => FailureCause.Cancellation,
        EndRequest.Timeout => FailureCause.Timeout,
        EndRequest.Shutdown => FailureCause.Shutdown,
        _ => FailureCause.Payload,
    };
}
