using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Progress;
using Offloop.Streaming;

namespace Offloop.Scheduling;

/// <summary>One submitted task: what to run, how far it is, and the caller's <see cref="Task"/>. The scheduler owns the mutable part
/// and touches it under its lock only.</summary>
internal abstract class WorkItem(long id, SubmitOptions options, CancellationToken cancellationToken)
{
    public long Id { get; } = id;

    public SubmitOptions Options { get; } = options;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Where the task's progress goes, if anybody listens.</summary>
    public ProgressDelivery? Progress { get; set; }

    /// <summary>Where the task's items come, if it streams.</summary>
    public StreamInbox? Stream { get; protected init; }

    /// <summary>How many of its kind should travel to a worker together; null where nothing is asked for.</summary>
    public int? ChunkSize { get; init; }

    public abstract MethodEntry Method { get; }

    public string Name => Options.Name ?? Method.DisplayName;

    // The scheduler's part.
    public WorkItemState State { get; set; }

    /// <summary>Whether it counts as one of the tasks that a shutdown waits for.</summary>
    public bool IsPending { get; set; }

    public int Attempt { get; set; } = 1;

    /// <summary>The runs that ended with a lost worker.</summary>
    public List<TaskAttempt>? LostAttempts { get; set; }

    /// <summary>How many workers have ended that had it, before it had started.</summary>
    public int LostBeforeStart { get; set; }

    /// <summary>How many of them may have ended because of it. It travels alone then, so that it takes no other task along.</summary>
    public int Suspicions { get; set; }

    /// <summary>The clock's timestamp of the last assignment.</summary>
    public long AssignedAt { get; set; }

    public Slot? Slot { get; set; }

    public EndRequest EndRequest { get; set; }

    public ITimer? Timer { get; set; }

    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>The executor, until the task is done: while anybody waits for a task, the pool that runs it is not abandoned.</summary>
    public object? Owner { get; set; }

    // The queue's part.
    public WorkItem? Previous { get; set; }

    public WorkItem? Next { get; set; }

    // A run in this process passes payloads as references, or round-trips them in a format that is given.

    /// <summary>What a run of the task in this process is given.</summary>
    public TaskContext NewContext(ILogger logger, PayloadFormat? roundTrip) =>
        new(Id, Attempt, logger, roundTrip is not null && Progress is not null ? new RoundTripSink(Progress, roundTrip) : Progress) { Items = Stream?.OpenLocally(roundTrip) };

    /// <summary>Begins a task that runs, bit by bit, when its consumer asks for its next item; false where it has to be run at once.
    /// <paramref name="end"/> takes its outcome.</summary>
    public virtual bool TryBeginSteps(TaskContext context, PayloadFormat? roundTrip, Action<Outcome> end) => false;

    /// <summary>Runs the task on the calling thread and returns its outcome.</summary>
    public abstract Outcome Run(TaskContext context, PayloadFormat? roundTrip);

    /// <summary>Whether the argument is small whatever it holds, and its writing none of the user's code.</summary>
    public abstract bool HasSmallArgument { get; }

    /// <summary>Throws <see cref="PayloadException"/> when the argument cannot be written.</summary>
    public abstract Payload WriteArgument();

    /// <summary>Completes the caller's task with a decided outcome; called once, outside every lock. Returns what it came to, which is
    /// a failure also where a result that arrived cannot be read.</summary>
    public abstract OutcomeKind Complete(Outcome outcome);
}

/// <summary>The part of a task that knows its types. What becomes of the outcome is up to the derived classes.</summary>
internal abstract class WorkItem<TArg, TResult>(
    long id, MethodEntry method, CallForm<TArg, TResult> form, Delegate work, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
    : WorkItem(id, options, cancellationToken)
{
    public override MethodEntry Method { get; } = method;

    public override Outcome Run(TaskContext context, PayloadFormat? roundTrip)
    {
        SynchronizationContext? ambient = SynchronizationContext.Current;
        var phase = TaskPhase.NotStarted;
        try
        {
            TArg given = roundTrip is null ? argument : roundTrip.RoundTrip(argument, "argument");
            // A task method that awaits must not come back to the caller's loop, which this very call may be blocking.
            SynchronizationContext.SetSynchronizationContext(null);
            phase = TaskPhase.Running;
            TResult result = form(work, given, context);
            phase = TaskPhase.ResultLost;
            return new Outcome.Result<TResult>(roundTrip is null ? result : roundTrip.RoundTrip(result, "result"));
        }
        catch (PayloadException error) when (phase != TaskPhase.Running || Stream is not null) // a task that runs has no payloads but its items
        {
            return RefusedPayload(error, phase);
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

    public override bool HasSmallArgument => Method.Format.IsSmall(argument);

    public override Payload WriteArgument() => Method.Format.Write(argument, "argument");

    public override OutcomeKind Complete(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Result<TResult> local:
                Succeed(local.Value);
                return OutcomeKind.Succeeded;
            case Outcome.RemoteResult remote:
                return CompleteRemote(remote);
            case Outcome.Thrown thrown:
                Fail(thrown.Exception);
                return OutcomeKind.Failed;
            case Outcome.Failed failed:
                Fail(failed.Exception);
                return failed.Kind;
            case Outcome.Cancelled cancelled:
                Cancel(cancelled.Token);
                return OutcomeKind.Cancelled;
            default:
                throw new UnreachableException($"{outcome} is not an outcome of {typeof(TResult)}.");
        }
    }

    /// <summary>What became of a payload that could not be written or read in this process.</summary>
    protected Outcome RefusedPayload(PayloadException error, TaskPhase phase)
    {
        TaskFailure facts = Slot?.Describe(this) ?? new TaskFailure { Cause = FailureCause.Payload };
        return Failures.Payload(error, facts with { Attempt = Attempt }, phase);
    }

    protected abstract void Succeed(TResult result);

    protected abstract void Fail(Exception exception);

    protected abstract void Cancel(CancellationToken cancellationToken);

    private OutcomeKind CompleteRemote(Outcome.RemoteResult remote)
    {
        TResult result;
        try
        {
            result = Method.Format.Read<TResult>(remote.Payload, "result");
        }
        catch (PayloadException error)
        {
            TaskFailure failure = remote.Slot.Describe(this) with { Cause = FailureCause.Payload, Phase = TaskPhase.ResultLost, Attempt = Attempt };
            Fail(new ExecutorException(error.Message, failure, error.InnerException));
            return OutcomeKind.Failed;
        }
        Succeed(result);
        return OutcomeKind.Succeeded;
    }
}
