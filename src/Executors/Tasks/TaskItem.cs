using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Progress;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Tasks;

/// <summary>A task that calls a method: everything that a slot needs to run it here or to send it elsewhere.</summary>
internal abstract class TaskItem(long id, SubmitOptions options, CancellationToken cancellationToken) : WorkItem(id, options, cancellationToken)
{
    public abstract MethodEntry Method { get; }

    public override string Name => Options.Name ?? Method.DisplayName;

    /// <summary>Where the task's progress goes, if anybody listens.</summary>
    public ProgressDelivery? Progress { get; init; }

    /// <summary>Where the task's items come in, if it streams.</summary>
    public ItemInbox? Items { get; protected init; }

    /// <summary>Whether the argument is small whatever it holds, and writing it calls none of the user's code.</summary>
    public abstract bool HasSmallArgument { get; }

    /// <summary>What a run of the task in this process is given.</summary>
    public LocalRun NewRun(int attempt, ILogger logger, PayloadFormat? roundTrip, SlotFacts slot)
    {
        ProgressSink? progress = roundTrip is not null && Progress is not null ? new RoundTripSink(Progress, roundTrip) : Progress;
        var context = new TaskContext(Id, attempt, logger, progress) { Items = Items?.OpenLocally(roundTrip) };
        return new LocalRun(context, roundTrip, slot.ToFailure(FailureCause.TaskException, TaskPhase.Running, attempt));
    }

    /// <summary>Begins a task that runs, bit by bit, when its consumer asks for its next item; false if it has to be run at once.
    /// <paramref name="end"/> takes its outcome.</summary>
    public virtual bool TryBeginSteps(LocalRun run, Action<Outcome> end) => false;

    /// <summary>Runs the task on the calling thread and returns its outcome.</summary>
    public abstract Outcome Run(LocalRun run);

    /// <summary>What travels of the task. Throws <see cref="PayloadException"/> if the argument cannot be written.</summary>
    public TaskEnvelope ToEnvelope(Assignment assignment, long maxBytes) => new()
    {
        TaskId = Id,
        Attempt = assignment.Attempt,
        Method = Method,
        Argument = WriteArgument().Within(maxBytes, "argument"),
        ReportStart = assignment.ReportStart,
        ProgressType = Progress?.TypeName,
        Credit = Items is null ? null : ItemSink.Window,
    };

    /// <summary>The outcome of a task that has returned elsewhere: its result, or the failure if that cannot be read.</summary>
    public abstract Outcome Read(Payload result, TaskFailure facts);

    public override Task FlushAsync(bool endedByItself) => Progress?.CloseAsync(deliverLatest: endedByItself) ?? Task.CompletedTask;

    /// <summary>The failure of a task whose payload could not be written or read.</summary>
    public static Outcome.Failed Refused(Exception error, TaskFailure facts, TaskPhase phase) => new(
        new ExecutorException(error.Message, facts with { Cause = FailureCause.Payload, Phase = phase }, error.InnerException), OutcomeKind.Failed);

    protected abstract Payload WriteArgument();
}

/// <summary>The part of a task that knows its types. What becomes of the outcome is up to the derived classes.</summary>
internal abstract class TaskItem<TArg, TResult>(
    TaskRequest<TArg, TResult> request, long id, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
    : TaskItem(id, options, cancellationToken)
{
    public override MethodEntry Method => request.Method;

    public override bool HasSmallArgument => Method.Format.IsSmall(argument);

    public override Outcome Run(LocalRun run)
    {
        SynchronizationContext? ambient = SynchronizationContext.Current;
        var phase = TaskPhase.NotStarted;
        try
        {
            TArg given = run.RoundTrip is null ? argument : run.RoundTrip.RoundTrip(argument, "argument");
            // A task method that awaits must not come back to the caller's loop, which this very call may be blocking.
            SynchronizationContext.SetSynchronizationContext(null);
            phase = TaskPhase.Running;
            TResult result = request.Form(request.Work, given, run.Context);
            phase = TaskPhase.ResultLost;
            return new Outcome.Result<TResult>(run.RoundTrip is null ? result : run.RoundTrip.RoundTrip(result, "result"));
        }
        catch (PayloadException error) when (phase != TaskPhase.Running || Items is not null) // a task that runs has no payloads but its items
        {
            return Refused(error, run.Facts, phase);
        }
        catch (Exception error) // a task may throw anything, and all of it is its outcome
        {
            return new Outcome.Thrown(error);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(ambient);
        }
    }

    public override Outcome Read(Payload result, TaskFailure facts)
    {
        try
        {
            return new Outcome.Result<TResult>(Method.Format.Read<TResult>(result, "result"));
        }
        catch (PayloadException error)
        {
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
