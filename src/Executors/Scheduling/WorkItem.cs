using System.Diagnostics;
using Offloop.Invocation;

namespace Offloop.Scheduling;

/// <summary>One submitted task: what to run, how far it is, and the caller's <see cref="Task"/>. The scheduler owns the mutable part
/// and touches it under its lock only.</summary>
internal abstract class WorkItem(long id, SubmitOptions options, CancellationToken cancellationToken)
{
    public long Id { get; } = id;

    public SubmitOptions Options { get; } = options;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public abstract MethodEntry Method { get; }

    public string Name => Options.Name ?? Method.DisplayName;

    // The scheduler's part.
    public WorkItemState State { get; set; }

    /// <summary>Whether it counts as one of the tasks that a shutdown waits for.</summary>
    public bool IsPending { get; set; }

    public int Attempt { get; set; } = 1;

    /// <summary>The runs that ended with a lost worker.</summary>
    public List<TaskAttempt>? LostAttempts { get; set; }

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

    /// <summary>Runs the task on the calling thread, which is the slot's, and returns its outcome, with the payloads passed as references or round-tripped.</summary>
    public abstract Outcome Run(Slot slot, TaskContext context, bool roundTrip);

    /// <summary>Throws <see cref="PayloadException"/> when the argument cannot be written.</summary>
    public abstract Payload WriteArgument();

    /// <summary>Completes the caller's task with a decided outcome; called once, outside every lock. Returns what it came to, which is
    /// a failure also where a result that arrived cannot be read.</summary>
    public abstract OutcomeKind Complete(Outcome outcome);
}

/// <inheritdoc/>
internal sealed class WorkItem<TArg, TResult>(
    long id, MethodEntry method, CallForm<TArg, TResult> form, Delegate work, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
    : WorkItem(id, options, cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _completion.Task;

    public override MethodEntry Method { get; } = method;

    public override Outcome Run(Slot slot, TaskContext context, bool roundTrip)
    {
        SynchronizationContext? ambient = SynchronizationContext.Current;
        var phase = TaskPhase.NotStarted;
        try
        {
            TArg given = roundTrip ? Payload.RoundTrip(argument, "argument") : argument;
            phase = TaskPhase.Running;
            // A task method that awaits must not come back to the caller's loop, which this very call may be blocking.
            SynchronizationContext.SetSynchronizationContext(null);
            TResult result = form(work, given, context);
            phase = TaskPhase.ResultLost;
            return new Outcome.Result<TResult>(roundTrip ? Payload.RoundTrip(result, "result") : result);
        }
        catch (PayloadException error) when (phase != TaskPhase.Running)
        {
            return Failures.Payload(error, slot.Describe(this), phase);
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

    public override Payload WriteArgument() => Payload.Write(argument, "argument");

    public override OutcomeKind Complete(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Result<TResult> local:
                _completion.TrySetResult(local.Value);
                return OutcomeKind.Succeeded;
            case Outcome.RemoteResult remote:
                return CompleteRemote(remote);
            case Outcome.Thrown thrown:
                _completion.TrySetException(thrown.Exception);
                return OutcomeKind.Failed;
            case Outcome.Failed failed:
                _completion.TrySetException(failed.Exception);
                return failed.Kind;
            case Outcome.Cancelled cancelled:
                _completion.TrySetCanceled(cancelled.Token);
                return OutcomeKind.Cancelled;
            default:
                throw new UnreachableException($"{outcome} is not an outcome of {typeof(TResult)}.");
        }
    }

    private OutcomeKind CompleteRemote(Outcome.RemoteResult remote)
    {
        try
        {
            _completion.TrySetResult(Payload.Read<TResult>(remote.Payload, "result"));
            return OutcomeKind.Succeeded;
        }
        catch (PayloadException error)
        {
            TaskFailure failure = remote.Slot.Describe(this) with { Cause = FailureCause.Payload, Phase = TaskPhase.ResultLost, Attempt = Attempt };
            _completion.TrySetException(new ExecutorException(error.Message, failure, error.InnerException));
            return OutcomeKind.Failed;
        }
    }
}
