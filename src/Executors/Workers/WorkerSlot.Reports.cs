using Offloop.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <content>What the worker says. It is not trusted: only a task that it has can be ended by it.</content>
internal sealed partial class WorkerSlot : ICoordinator
{
    /// <summary>How many tasks one report may name: more than a worker may have at once is none of ours.</summary>
    private const int MaxReported = StartMark.Words;

    private const int MaxLogText = 32 << 10;

    /// <summary>The tasks whose result has been announced and is awaited on the data pipe.</summary>
    private readonly HashSet<int> _arriving = [];
    private readonly LineBudget _unknownTasks = new(8);

    public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.TaskException, WorkerId = Id, ProcessId = _process?.ProcessId };

    void ICoordinator.Ready(ReadyMessage message)
    {
        ArgumentNullException.ThrowIfNull(message); // nothing keeps a peer from sending null
        _ready.TrySetResult(message);
    }

    Task ICoordinator.ExitingAsync(int code)
    {
        _process?.AnnounceExit();
        return Task.CompletedTask;
    }

    void ICoordinator.Log(LogMessage message)
    {
        if (Find(message.Sequence) is { } item && Enum.IsDefined(message.Level))
            _scheduler.Options.Logger.TaskLine(message.Level, item.Id, message.Text.Length <= MaxLogText ? message.Text : message.Text[..MaxLogText]);
    }

    void ICoordinator.Report(WorkerReport report)
    {
        if (Math.Max(report.Finished.Length, report.GivenBack.Length) > MaxReported || report.Finished.Contains(null!))
        {
            Violated("reported more tasks at once than it can have, or an end that is none");
            return;
        }
        if (report.Finished.Length > 0)
            Finish(report.Finished);
        if (report.GivenBack.Length > 0)
        {
            _pace.Stalled();
            _scheduler.GivenBack(this, report.GivenBack.Select(sequence => Release(sequence, isDone: false)).OfType<WorkItem>());
        }
        if (report.Started != 0 && Find(report.Started) is { } started)
            _scheduler.Started(this, started);
    }

    /// <summary>Waits for a large result, and for the large payloads that the task sent before. The task stays this worker's until it has come whole, so that a death on the way is seen as one.</summary>
    private async Task FinishLaterAsync(FinishedTask finished, WorkItem item)
    {
        try
        {
            if (_arrivals.TryRemove(finished.Sequence, out Task? arrivals))
                await arrivals.ConfigureAwait(false);
            Payload result = await finished.Result.ReceiveAsync(FrameKey.Whole(finished.Sequence), _process!.Data).ConfigureAwait(false);
            if (Release(finished.Sequence) is not null)
                _scheduler.Finished(this, item, OutcomeOf(finished, result, item));
            CheckChanged();
        }
        catch (IOException error)
        {
            // The worker's end settles the task.
            DataPipeBroke(error, $"the result of task {item.Id} did not arrive");
        }
    }

    private void Finish(FinishedTask[] report)
    {
        var ended = new (WorkItem, Outcome)[report.Length];
        int count = 0;
        foreach (FinishedTask finished in report)
        {
            if (finished.Sequence == RunRequest.InitializerSequence && _initialized.TrySetResult(finished))
                continue;
            _pace.Ended(finished.Microseconds);
            if (finished.Result.IsOnDataPipe || _arrivals.ContainsKey(finished.Sequence))
            {
                if (Find(finished.Sequence) is { } large && StartsToArrive(finished.Sequence))
                    _ = FinishLaterAsync(finished, large);
            }
            else if (Release(finished.Sequence) is { } item)
            {
                ended[count++] = (item, OutcomeOf(finished, new Payload(finished.Result.Kind, finished.Result.Bytes), item));
            }
            else
            {
                NoteUnknown(finished.Sequence);
            }
        }
        _scheduler.Finished(this, ended.AsSpan(0, count));
        CheckChanged();
    }

    /// <summary>What a worker that is gone had noted and not reported; some of it may have been.</summary>
    private void FinishUnreported(FinishedTask[] ends)
    {
        foreach (FinishedTask finished in ends)
        {
            if (Release(finished.Sequence) is { } item)
                _scheduler.Finished(this, item, OutcomeOf(finished, new Payload(finished.Result.Kind, finished.Result.Bytes), item));
        }
    }

    private void CheckChanged()
    {
        if (!IsProven || IsWearingOut || State == WorkerState.Retiring)
            _changed();
    }

    /// <summary>What the worker says, or that it cannot be understood: the task has left the worker's hands, so it gets an outcome whatever was sent.</summary>
    private Outcome OutcomeOf(FinishedTask finished, Payload result, WorkItem item)
    {
        if (finished.Kind == FinishKind.Returned)
            return new Outcome.RemoteResult(result, this);
        TaskFailure facts = Describe(item) with { Attempt = item.Attempt, Phase = TaskPhase.Running };
        try
        {
            return FailureOf(finished with { Error = finished.Error?.Bounded() }, facts);
        }
        catch (Exception error) // the user's exception types are made here, and may do anything
        {
            return Failures.Payload(new InvalidDataException($"The worker sent a failure that cannot be read: {error.Message}", error), facts, TaskPhase.Running);
        }
    }

    private static Outcome FailureOf(FinishedTask finished, TaskFailure facts)
    {
        return finished switch
        {
            { Kind: FinishKind.Skipped } => new Outcome.Thrown(new OperationCanceledException()),
            { Error: null } => Failures.Payload(new InvalidDataException("The worker sent a failure without its facts."), facts, TaskPhase.Running),
            { Kind: FinishKind.Threw, Error: { } error } => new Outcome.Thrown(ExceptionRebuilder.Rebuild(error, facts)),
            { Kind: FinishKind.ArgumentRefused, Error: { } error } => Failures.Payload(Remote(error), facts, TaskPhase.NotStarted),
            { Kind: FinishKind.ItemRefused, Error: { } error } => Failures.Payload(Remote(error), facts, TaskPhase.Running),
            { Error: { } error } => Failures.Payload(Remote(error), facts, TaskPhase.ResultLost),
        };
        // The text says which side; the cause comes as it was there.
        Exception Remote(ExceptionEnvelope error) =>
            new PayloadException(error.Message, error.Inner is [var cause, ..] ? ExceptionRebuilder.Rebuild(cause, facts) : null);
    }

    /// <summary>False where that has been said before.</summary>
    private bool StartsToArrive(int sequence)
    {
        lock (_lock)
            return _arriving.Add(sequence);
    }

    /// <summary>Takes a task out of this worker's hands; null where it does not have it, or where the worker was killed for it:
    /// its outcome is decided then. The end of another task that it had run before counts.</summary>
    private WorkItem? Release(int sequence, bool isDone = true)
    {
        lock (_lock)
        {
            if (!_items.TryGetValue(sequence, out WorkItem? item) || item == _doomed)
                return null;
            _items.Remove(sequence);
            _arriving.Remove(sequence);
            _done += isDone ? 1 : 0;
            _idleSince = _launch.Options.TimeProvider.GetTimestamp();
            _process?.Data.ForgetTask(sequence); // what came although it was not announced
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
        NoteUnknown(sequence);
        return null;
    }

    private void NoteUnknown(int sequence)
    {
        if (_unknownTasks.TryTake(out bool isLast))
            _scheduler.Options.Logger.UnknownTask(Id, sequence);
        if (isLast)
            _scheduler.Options.Logger.NoMoreLines(Id);
    }
}
