using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;

namespace Offloop.Model.Seam;

/// <summary>A task that nobody runs. It tells the witness about every outcome that it is given, so a second one is seen too.</summary>
internal sealed class FakeTask(TaskSpec spec, IWitness witness, CancellationToken cancellationToken)
    : WorkItem<int, int>(spec.Number, s_method, s_form, s_work, spec.Number, OptionsOf(spec), cancellationToken)
{
    private static readonly Func<int, int> s_work = static value => value;
    private static readonly CallForm<int, int> s_form = CallForms<int, int>.For(CallKind.Plain).Form;
    private static readonly MethodEntry s_method = MethodEntries<int, int>.Of(s_work, CallKind.Plain, PayloadFormat.Default);

    protected override void Succeed(int result) => witness.Ended(spec.Number, new Ending(EndingKind.Succeeded) { Result = result });

    protected override void Fail(Exception exception) => witness.Ended(spec.Number, EndingOf(exception));

    protected override void Cancel(CancellationToken cancellationToken) =>
        witness.Ended(spec.Number, new Ending(EndingKind.Cancelled) { Token = cancellationToken });

    private static SubmitOptions OptionsOf(TaskSpec spec) =>
        new() { Priority = spec.Priority, Timeout = spec.Timeout, CrashRetries = spec.CrashRetries, Name = "fake" };

    private static Ending EndingOf(Exception exception) => exception switch
    {
        TaskTimeoutException error => WithFacts(EndingKind.TimedOut, error.Failure),
        WorkerLostException error => WithFacts(EndingKind.Lost, error.Failure),
        QueueFullException => new Ending(EndingKind.QueueFull),
        BrokenExecutorException => new Ending(EndingKind.Broken),
        ObjectDisposedException => new Ending(EndingKind.Refused),
        InvalidOperationException or OperationCanceledException => new Ending(EndingKind.Thrown) { Exception = exception },
        _ => new Ending(EndingKind.Unknown) { Exception = exception },
    };

    private static Ending WithFacts(EndingKind kind, TaskFailure facts) =>
        new(kind) { Cause = facts.Cause, Phase = (Phase)facts.Phase, Attempt = facts.Attempt, LostRuns = facts.Attempts.Count };
}
