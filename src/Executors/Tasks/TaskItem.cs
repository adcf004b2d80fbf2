using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Progress;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Surroundings;
using Offloop.Telemetry;

namespace Offloop.Tasks;

/// <summary>A task that calls a method. It has everything that a slot needs to run it here or to send it elsewhere.</summary>
internal abstract class TaskItem(
    long id, SubmitOptions options, CancellationToken cancellationToken) : WorkItem(id, options, cancellationToken)
{
    private KeptArgument? _kept;

    public abstract MethodEntry Method { get; }

    public override string Name => Options.Name ?? Method.DisplayName;

    /// <summary>What the task gets of the place where it was submitted, which is where this object is made.</summary>
    public TaskSurroundings Surroundings { get; private protected set; } = TaskSurroundings.Capture();

    /// <summary>Delivers the task's progress; null if nobody listens.</summary>
    public ProgressDelivery? Progress { get; init; }

    /// <summary>Takes in the task's items; null if it does not stream.</summary>
    public ItemInbox? Items { get; protected init; }

    /// <summary>Whether the argument is certain to be small, and writing it calls none of the user's code.</summary>
    public abstract bool HasSmallArgument { get; }

    public override void BeginSpan(string executor)
    {
        Span = TaskSpans.BeginSubmit(Method.DisplayName, Name, Id, executor);
        if (Span is not null)
            Surroundings = Surroundings with { Trace = TraceContext.Of(Span) };
    }

    /// <summary>What a log line of this task is about.</summary>
    /// <param name="executor">The name of the executor.</param>
    /// <param name="worker">The number of its worker, if it has one.</param>
    public LogScope LogScope(string executor, int? worker) =>
        new(executor, worker, Id, Name, Surroundings.Trace?.Parent);

    /// <summary>Prepares a run of the task in this process.</summary>
    public LocalRun NewRun(int attempt, SchedulerOptions executor, PayloadFormat? roundTrip, SlotFacts slot)
    {
        var logger = new ScopedLogger(executor.TaskLogger, LogScope(executor.Name, slot.WorkerId));
        ProgressSink? progress = roundTrip is not null && Progress is not null ? new RoundTripSink(Progress, roundTrip) : Progress;
        var context = new TaskContext(Id, attempt, logger, progress) { Items = Items?.OpenLocally(roundTrip) };
        return new LocalRun(context, new TaskScope(Surroundings, Method.DisplayName), roundTrip, slot);
    }

    /// <summary>Begins a task that runs step by step, each time its consumer asks for the next item; false if the task has to be run at
    /// once.
    /// <paramref name="end"/> takes its outcome.</summary>
    public virtual bool TryBeginSteps(LocalRun run, Action<Outcome> end) => false;

    /// <summary>Runs the task on the calling thread and returns its outcome. It does not throw.</summary>
    public abstract Outcome Run(LocalRun run);

    /// <summary>Writes the part of the task that travels. Throws <see cref="PayloadException"/> if the argument cannot be written or is
    /// longer than <paramref name="maxBytes"/>.</summary>
    public TaskEnvelope ToEnvelope(Assignment assignment, long maxBytes) => new()
    {
        TaskId = Id,
        Attempt = assignment.Attempt,
        Method = Method,
        Argument = WriteArgument().Within(maxBytes, "argument"),
        Surroundings = Surroundings,
        ReportStart = assignment.ReportStart,
        ProgressType = Progress?.TypeName,
        Credit = Items is null ? null : ItemSink.Window,
    };

    public sealed override void KeepArgument() => Keep();

    /// <summary>The argument as it was when a run failed. The first call writes it down, and that is before the caller's task completes.
    /// </summary>
    public KeptArgument Keep()
    {
        if (Volatile.Read(ref _kept) is { } kept)
            return kept;
        // Two threads may write it at once. The first that is done counts, so what is kept was whole before the caller's task completes.
        KeptArgument written = KeptArgument.Of(WriteArgument, KeepsUpTo);
        return Interlocked.CompareExchange(ref _kept, written, null) ?? written;
    }

    /// <summary>Takes the end of a task that has ended elsewhere as it came, if this process only passes it on; null if it is to be read
    /// here.</summary>
    /// <param name="end">The end.</param>
    /// <param name="result">The result.</param>
    /// <param name="slot">Where the task ran.</param>
    public virtual Outcome? PassOn(FinishedTask end, Payload result, SlotFacts slot) => null;

    /// <summary>Takes a line that the task has written to its logger, if this process only passes it on; false if it is to be logged
    /// here.</summary>
    public virtual bool TryPassOn(LogLevel level, string text) => false;

    /// <summary>Returns the outcome of a task that has returned elsewhere: its result, or a failure if the result cannot be read.</summary>
    /// <param name="result">The result.</param>
    /// <param name="slot">Where the task ran.</param>
    /// <param name="attempt">The number of that run.</param>
    public abstract Outcome Read(Payload result, SlotFacts slot, int attempt);

    public override Task FlushAsync(bool endedByItself) => Progress?.CloseAsync(deliverLatest: endedByItself) ?? Task.CompletedTask;

    /// <summary>Makes the failure of a task whose payload could not be written or read.</summary>
    public static Outcome.Failed Refused(Exception error, TaskFailure facts, TaskPhase phase) => new(
        new ExecutorException(
            error.Message, facts with { Cause = FailureCause.Payload, Phase = phase }, error.InnerException), OutcomeKind.Failed);

    protected abstract Payload WriteArgument();
}

/// <summary>The part of a task that knows its types. The derived classes decide where the outcome goes.</summary>
internal abstract class TaskItem<TArg, TResult>(
    TaskRequest<TArg, TResult> request, long id, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
    : TaskItem(id, options, cancellationToken)
{
    public override MethodEntry Method => request.Method;

    public override bool HasSmallArgument => Method.Format.IsSmall(argument);

    public override Outcome Run(LocalRun run)
    {
        Outcome? outcome = null;
        run.Scope.Run(() => outcome = Call(run));
        run.Scope.End(outcome!.Error);
        return outcome;
    }

    private Outcome Call(LocalRun run)
    {
        var phase = TaskPhase.NotStarted;
        try
        {
            TArg given = run.RoundTrip is null ? argument : run.RoundTrip.RoundTrip(argument, "argument");
            phase = TaskPhase.Running;
            TResult result = request.Form(request.Work, given, run.Context);
            phase = TaskPhase.ResultLost;
            return new Outcome.Result<TResult>(run.RoundTrip is null ? result : run.RoundTrip.RoundTrip(result, "result"));
        }
        catch (PayloadException error) when (phase != TaskPhase.Running || Items is not null) // while it runs, only items are payloads
        {
            return Refused(error, run.Facts, phase);
        }
        catch (Exception error) // a task may throw anything, and all of it is its outcome
        {
            return new Outcome.Thrown(error);
        }
    }

    public override Outcome Read(Payload result, SlotFacts slot, int attempt)
    {
        try
        {
            return new Outcome.Result<TResult>(Method.Format.Read<TResult>(result, "result"));
        }
        catch (PayloadException error)
        {
            TaskFailure facts = slot.ToFailure(FailureCause.Payload, TaskPhase.ResultLost, attempt);
            return Refused(error, facts, TaskPhase.ResultLost);
        }
    }

    public override void Complete(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Result<TResult> result:
                Succeed(result.Value);
                break;
            case Outcome.Thrown thrown:
                Fail(thrown.Exception);
                break;
            case Outcome.Failed failed:
                Fail(failed.Exception);
                break;
            case Outcome.Cancelled cancelled:
                Cancel(cancelled.Token);
                break;
            default:
                throw new UnreachableException($"{outcome} is not an outcome of {typeof(TResult)}.");
        }
    }

    protected override Payload WriteArgument() => Method.Format.Write(argument, "argument");

    protected abstract void Succeed(TResult result);

    protected abstract void Fail(Exception exception);

    protected abstract void Cancel(CancellationToken cancellationToken);
}
