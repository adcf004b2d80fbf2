using Offloop.Scheduling;

namespace Offloop.Model.Seam;

/// <summary>A task that nobody runs. It tells the witness about every outcome that it is given, so a second one is seen too.</summary>
internal sealed class FakeTask(TaskSpec spec, IWitness witness, CancellationToken cancellationToken)
    : WorkItem(spec.Number, OptionsOf(spec), cancellationToken)
{
    public override string Name => "fake";

    public override void Complete(Outcome outcome) => witness.Ended(spec.Number, outcome switch
    {
        Outcome.Result<int> result => new Ending(EndingKind.Succeeded) { Result = result.Value },
        Outcome.Thrown thrown => new Ending(EndingKind.Thrown) { Exception = thrown.Exception },
        Outcome.Cancelled cancelled => new Ending(EndingKind.Cancelled) { Token = cancelled.Token },
        Outcome.Failed failed => EndingOf(failed.Exception),
        _ => new Ending(EndingKind.Unknown),
    });

    private static SubmitOptions OptionsOf(TaskSpec spec) =>
        new() { Priority = spec.Priority, Timeout = spec.Timeout, CrashRetries = spec.CrashRetries };

    private static Ending EndingOf(Exception exception) => exception switch
    {
        TaskTimeoutException error => WithFacts(EndingKind.TimedOut, error.Failure),
        WorkerLostException error => WithFacts(EndingKind.Lost, error.Failure),
        QueueFullException => new Ending(EndingKind.QueueFull),
        BrokenExecutorException => new Ending(EndingKind.Broken),
        ObjectDisposedException => new Ending(EndingKind.Refused),
        _ => new Ending(EndingKind.Unknown) { Exception = exception },
    };

    private static Ending WithFacts(EndingKind kind, TaskFailure facts) =>
        new(kind) { Cause = facts.Cause, Phase = (Phase)facts.Phase, Attempt = facts.Attempt, LostRuns = facts.Attempts.Count };
}
