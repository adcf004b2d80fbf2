using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Workers;

/// <summary>Reads the ends of tasks that have run in another process.</summary>
internal static class TaskEnds
{
    /// <summary>The outcome that the other process reports, or a failure if the report cannot be understood. The other process is done with
    /// the task, so the task gets an outcome whatever was sent.</summary>
    /// <param name="finished">The report.</param>
    /// <param name="result">The result that the report mentions.</param>
    /// <param name="item">The task.</param>
    /// <param name="slot">Where it ran.</param>
    public static Outcome OutcomeOf(FinishedTask finished, Payload result, TaskItem item, SlotFacts slot)
    {
        if (item.PassOn(finished, result, slot) is { } passed)
            return passed;
        if (finished.Kind == FinishKind.Returned)
            return item.Read(result, slot, item.Attempt);
        TaskFailure facts = slot.ToFailure(FailureCause.TaskException, TaskPhase.Running, item.Attempt);
        try
        {
            return FailureOf(finished, item.Method.Format, facts);
        }
        catch (Exception error) // the user's exception types are made here, and may do anything
        {
            var unreadable = new InvalidDataException($"The worker sent a failure that cannot be read: {error.Message}", error);
            return TaskItem.Refused(unreadable, facts, TaskPhase.Running);
        }
    }

    private static Outcome FailureOf(FinishedTask finished, PayloadFormat format, TaskFailure facts)
    {
        if (finished.Kind == FinishKind.Skipped)
            return new Outcome.Thrown(new OperationCanceledException());
        if (finished.Error is not { } error)
            return TaskItem.Refused(new InvalidDataException("The worker sent a failure without its facts."), facts, TaskPhase.Running);
        if (finished.Kind == FinishKind.Threw)
            return new Outcome.Thrown(format.ReadException(error, facts));
        TaskPhase phase = finished.Kind switch
        {
            FinishKind.ArgumentRefused => TaskPhase.NotStarted,
            FinishKind.ItemRefused => TaskPhase.Running,
            _ => TaskPhase.ResultLost,
        };
        // The text says which side; the cause comes as it was there.
        Exception? cause = error.Inner is [var inner, ..] ? format.ReadException(inner, facts) : null;
        return TaskItem.Refused(new PayloadException(error.Bounded().Message, cause), facts, phase);
    }
}
