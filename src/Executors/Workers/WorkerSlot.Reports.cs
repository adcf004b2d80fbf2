using Microsoft.Extensions.Logging;
using Offloop.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <content>What the worker says. It is not trusted: only a task that it has can be ended by it.</content>
internal sealed partial class WorkerSlot : ICoordinator
{
    public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.TaskException, WorkerId = Id, ProcessId = _process?.ProcessId };

    void ICoordinator.Ready(ReadyMessage message) => _ready.TrySetResult(message);

    Task ICoordinator.ExitingAsync(int code)
    {
        _process?.AnnounceExit();
        return Task.CompletedTask;
    }

    void ICoordinator.Log(LogMessage message)
    {
        if (Find(message.Sequence) is not null && Enum.IsDefined(message.Level))
#pragma warning disable CA1848, CA2254 // the text is a task's own, already formatted in the worker
            _scheduler.Options.Logger.Log(message.Level, message.Text);
#pragma warning restore CA1848, CA2254
    }

    void ICoordinator.Report(WorkerReport report)
    {
        foreach (FinishedTask finished in report.Finished)
        {
            if (Find(finished.Sequence) is not { } item)
                continue;
            if (finished.Result.IsOnDataPipe)
                _ = FinishLaterAsync(finished, item);
            else
                Finish(finished, new Payload(finished.Result.Kind, finished.Result.Bytes));
        }
        if (report.Started != 0 && Find(report.Started) is { } started)
            _scheduler.Started(this, started);
    }

    /// <summary>Waits for a large result. The task stays this worker's until it has come whole, so that a death on the way is seen as one.</summary>
    private async Task FinishLaterAsync(FinishedTask finished, WorkItem item)
    {
        try
        {
            Payload result = await finished.Result.ReceiveAsync(FrameKey.Whole(finished.Sequence), _process!.Data).ConfigureAwait(false);
            Finish(finished, result);
        }
        catch (IOException)
        {
            // The pipe broke: the worker is dying, or sent a frame that it may not. Either way its end settles the task.
            Kill(new KillReason(FailureCause.ProtocolError, $"the result of task {item.Id} did not arrive"));
        }
    }

    private void Finish(FinishedTask finished, Payload result)
    {
        if (Release(finished.Sequence) is not { } item)
            return;
        TaskFailure facts = Describe(item) with { Attempt = item.Attempt, Phase = TaskPhase.Running };
        Outcome outcome = finished switch
        {
            { Kind: FinishKind.Returned } => new Outcome.RemoteResult(result, facts),
            { Kind: FinishKind.Skipped } => new Outcome.Thrown(new OperationCanceledException()),
            { Error: null } => Failures.Payload(new InvalidDataException("The worker sent a failure without its facts."), facts, TaskPhase.Running),
            { Kind: FinishKind.Threw, Error: { } error } => new Outcome.Thrown(ExceptionRebuilder.Rebuild(error, facts)),
            { Kind: FinishKind.ArgumentRefused, Error: { } error } => Failures.Payload(Remote(error), facts, TaskPhase.NotStarted),
            { Error: { } error } => Failures.Payload(Remote(error), facts, TaskPhase.ResultLost),
        };
        _scheduler.Finished(this, item, outcome);
        if (TasksDone == 1 || IsWearingOut || State == WorkerState.Retiring)
            _changed();

        // The text says which side; the cause comes as it was there.
        Exception Remote(ExceptionEnvelope error) =>
            new PayloadException(error.Message, error.Inner is [var cause, ..] ? ExceptionRebuilder.Rebuild(cause, facts) : null);
    }

    /// <summary>Takes a task out of this worker's hands; null where it does not have it, or where it has been killed and its word counts no more.</summary>
    private WorkItem? Release(int sequence)
    {
        lock (_lock)
        {
            if (_state == WorkerState.Dying || !_items.Remove(sequence, out WorkItem? item))
                return null;
            _done++;
            _idleSince = _launch.Options.TimeProvider.GetTimestamp();
            return item;
        }
    }

    private WorkItem? Find(int sequence)
    {
        lock (_lock)
        {
            if (_items.TryGetValue(sequence, out WorkItem? item))
                return item;
        }
        _scheduler.Options.Logger.UnknownTask(Id, sequence);
        return null;
    }
}
