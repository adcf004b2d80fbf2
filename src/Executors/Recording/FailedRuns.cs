using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Recording;

/// <summary>Decides which failed runs are worth a file: those whose task had begun, and that its caller had not ended.</summary>
internal static class FailedRuns
{
    public static bool AreRecorded(TaskFailed run) => run switch
    {
        { Item: WorkItem { AssignedAt: 0 } } => false, // it was refused before it had a worker
        { Failure: null } => run is { Kind: OutcomeKind.Failed, Exception: not null }, // the task's own exception
        { Failure.Cause: FailureCause.QueueFull or FailureCause.StartFailure or FailureCause.Shutdown } => false,
        { Failure.Cause: FailureCause.Cancellation, Kind: OutcomeKind.Failed } => true, // somebody ended it by hand
        _ => run.Failure.Phase != TaskPhase.NotStarted,
    };

    /// <summary>What the caller has got, or would have got if the task did not run again.</summary>
    public static Exception ExceptionOf(TaskFailed run) => run switch
    {
        { Exception: { } exception } => exception,
        { Kind: OutcomeKind.Cancelled, Failure: { } facts } => new WorkerLostException(
            $"'{run.Task.Name}' (attempt {facts.Attempt}) was cancelled, did not end within the CancellationGrace, and was killed with its "
            + "process.", facts),
        _ => Failures.WorkerLost((WorkItem)run.Item, run.Failure!).Exception,
    };
}
