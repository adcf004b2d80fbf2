using System.Buffers;
using System.Collections.Concurrent;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>Takes the messages of one worker. The worker is not trusted: it can end only tasks that it has, and it is killed if it sends
/// more than it may.</summary>
internal sealed class Inbox(WorkerSlot slot, Scheduler scheduler) : ICoordinator
{
    /// <summary>How many tasks one report may name. No worker has more at once.</summary>
    private const int MaxReported = StartMark.Words;

    private const int MaxLogText = 32 << 10;

    /// <summary>For tasks that have sent large payloads or streamed items: done when all that were announced have come and been
    /// read.</summary>
    private readonly ConcurrentDictionary<int, Task> _arrivals = new();

    private readonly TaskCompletionSource<ReadyMessage> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<FinishedTask> _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LineBudget _unknownTasks = new(8);

    /// <summary>The worker's first message.</summary>
    public Task<ReadyMessage> Ready => _ready.Task;

    /// <summary>The end of the initializer, which is no task of the scheduler.</summary>
    public Task<FinishedTask> Initialized => _initialized.Task;

    /// <summary>Counts a frame that comes by the data pipe; false if it may not come.</summary>
    public bool AcceptsFrame(FrameKey key) => slot.Tasks.Find(key.Sequence) is { } item && key.Part switch
    {
        0 => true,
        > 0 => item.Items?.Allowance.TryFrame(key.Part) ?? false,
        < 0 => item.Progress?.Allowance.TryFrame(-key.Part) ?? false,
    };

    void ICoordinator.Ready(ReadyMessage message)
    {
        ArgumentNullException.ThrowIfNull(message); // nothing keeps a peer from sending null
        _ready.TrySetResult(message);
    }

    Task ICoordinator.ExitingAsync(int code)
    {
        slot.AnnounceExit();
        return Task.CompletedTask;
    }

    void ICoordinator.Log(LogMessage message)
    {
        if (Find(message.Sequence) is { } item && Enum.IsDefined(message.Level))
        {
            string text = message.Text.Length <= MaxLogText ? message.Text : message.Text[..MaxLogText];
            if (item.TryPassOn(message.Level, text))
                return;
            SchedulerOptions executor = scheduler.Options;
            new ScopedLogger(executor.TaskLogger, item.LogScope(executor.Name, slot.Id)).TaskLine(message.Level, item.Id, text);
        }
    }

    void ICoordinator.Progress(ProgressMessage message)
    {
        if (Find(message.Sequence) is not { } item)
            return;
        if (item.Progress is not { } progress || !progress.Allowance.TryMessage(message.Number))
        {
            Violated($"sent progress of task {item.Id} that it may not send");
            return;
        }
        Task<Payload> value = ReceiveAsync(message.Value, FrameKey.Progress(message.Sequence, message.Number));
        if (message.Value.IsOnDataPipe)
            Await(message.Sequence, value);
        progress.Post(value, () => slot.Channel.Tell(worker => worker.ProgressTaken(message.Sequence)));
    }

    void ICoordinator.Item(ItemMessage message)
    {
        if (Find(message.Sequence) is not { } item)
            return;
        if (item.Items is not { } items || !items.Allowance.TryMessage(message.Number))
        {
            Violated($"sent an item of task {item.Id} that it has no credit for");
            return;
        }
        Task<Payload> value = ReceiveAsync(message.Value, FrameKey.Item(message.Sequence, message.Number));
        Task read = items.PostAsync(value, error =>
        {
            TaskFailure facts = slot.Facts.ToFailure(FailureCause.Payload, TaskPhase.Running, item.Attempt);
            scheduler.Fail(item, TaskItem.Refused(error, facts, TaskPhase.Running));
        });
        if (message.Value.IsOnDataPipe)
            Await(message.Sequence, Task.WhenAll(value, read));
    }

    void ICoordinator.Report(WorkerReport report)
    {
        if (!MakesSense(report))
        {
            Violated("reported more tasks at once than it can have, or an end that is none");
            return;
        }
        FinishedTask[] finished = report.Expand();
        if (finished.Length > 0)
            Finish(finished);
        if (report.GivenBack.Length > 0)
        {
            slot.Pace.Stalled();
            scheduler.GivenBack(slot, report.GivenBack.Select(GiveBack).OfType<TaskItem>());
            slot.NoteChange();
        }
        if (report.Started != 0 && Find(report.Started) is { } started)
            scheduler.Started(slot, started);
    }

    /// <summary>Whether a report names no more tasks than a worker can have, and only ends that are one.</summary>
    private static bool MakesSense(WorkerReport report)
    {
        if (report.GivenBack.Length > MaxReported || report.Finished.Contains(null!))
            return false;
        long count = report.Finished.Length;
        foreach (ReturnedTasks row in report.Returned)
        {
            count += row.Microseconds.Length;
            if (!row.IsWhole || row.Sequence < 0 || row.Sequence > int.MaxValue - row.Microseconds.Length)
                return false;
        }
        return count <= MaxReported;
    }

    /// <summary>Ends tasks that a worker which is gone had noted and not reported; some of them may have been.</summary>
    public void FinishUnreported(FinishedTask[] ends)
    {
        if (ends.Length > 0)
            Finish(ends, sayUnknown: false);
    }

    private void Finish(FinishedTask[] report, bool sayUnknown = true)
    {
        int[] sequences = [.. report.Select(static finished => finished.Sequence)];
        TaskItem?[] items = ArrayPool<TaskItem?>.Shared.Rent(report.Length);
        try
        {
            slot.Tasks.BeginEnds(sequences, items.AsSpan(0, report.Length));
            var ended = new TaskEnd[report.Length];
            int count = 0;
            for (int i = 0; i < report.Length; i++)
            {
                FinishedTask finished = report[i];
                if (finished.Sequence == RunRequest.InitializerSequence && _initialized.TrySetResult(finished))
                    continue;
                slot.Pace.Ended(finished.Microseconds);
                if (items[i] is not { } item)
                {
                    if (sayUnknown)
                        NoteUnknown(finished.Sequence);
                }
                else if (finished.Result.IsOnDataPipe || _arrivals.ContainsKey(finished.Sequence))
                {
                    _ = FinishLaterAsync(finished, item);
                }
                else
                {
                    sequences[count] = finished.Sequence;
                    Outcome outcome = OutcomeOf(finished, new Payload(finished.Result.Kind, finished.Result.Bytes), item);
                    ended[count++] = new TaskEnd(item, outcome, TimeOf(finished));
                }
            }
            slot.Tasks.CompleteEnds(sequences.AsSpan(0, count));
            if (count > 0) // a worker that has only ended its initializer has no channel yet
                slot.Channel.Forget(sequences.AsSpan(0, count)); // payloads that came unannounced
            scheduler.Finished(slot, ended.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<TaskItem?>.Shared.Return(items, clearArray: true);
        }
        slot.NoteChange();
    }

    private static TimeSpan TimeOf(FinishedTask finished) => TimeSpan.FromMicroseconds(Math.Clamp(finished.Microseconds, 0, int.MaxValue));

    /// <summary>Waits for a large result, and for the payloads that the task sent before. The task is the worker's until all of that has
    /// come, so that a death on the way is seen as one.</summary>
    private async Task FinishLaterAsync(FinishedTask finished, TaskItem item)
    {
        try
        {
            if (_arrivals.TryRemove(finished.Sequence, out Task? arrivals))
                await arrivals.ConfigureAwait(false);
            Payload result = await slot.Channel.ReceiveAsync(finished.Result, FrameKey.Whole(finished.Sequence)).ConfigureAwait(false);
            Outcome outcome = OutcomeOf(finished, result, item);
            slot.Tasks.CompleteEnds([finished.Sequence]);
            slot.Channel.Forget([finished.Sequence]);
            scheduler.Finished(slot, item, outcome, TimeOf(finished));
            slot.NoteChange();
        }
        catch (IOException error)
        {
            if (slot.Tasks.TryAbortEnd(finished.Sequence))
                DataPipeBroke(error, $"the result of task {item.Id} did not arrive"); // the worker's end settles the task
            else
                slot.LoseLate(item, finished.Sequence);
        }
    }

    private Outcome OutcomeOf(FinishedTask finished, Payload result, TaskItem item)
    {
        if (finished.Kind == FinishKind.Returned)
            slot.Preparation.NoteReturned(item.Method);
        return TaskEnds.OutcomeOf(finished, result, item, slot.Facts);
    }

    /// <summary>A large payload is received at once, whoever may want it: otherwise it would stay with the pipe.</summary>
    private Task<Payload> ReceiveAsync(PayloadRef value, FrameKey key)
    {
        Task<Payload> received = slot.Channel.ReceiveAsync(value, key).AsTask();
        if (value.IsOnDataPipe)
        {
            // Here, because nobody awaits a value that is dropped.
            _ = received.ContinueWith(
                task => DataPipeBroke(task.Exception!.InnerException!, $"a payload for {key} did not arrive"),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
        return received;
    }

    /// <summary>Keeps the end of a task waiting: frames of a task that has ended would break the pipe, and an item that cannot be read
    /// fails the task.</summary>
    private void Await(int sequence, Task arrival) => _arrivals.AddOrUpdate(
        sequence, arrival, (_, before) => before.IsCompletedSuccessfully ? arrival : Task.WhenAll(before, arrival));

    private TaskItem? GiveBack(int sequence)
    {
        TaskItem? item = slot.Tasks.Release(sequence, isDone: false);
        if (item is not null)
            slot.Channel.Forget([sequence]);
        return item;
    }

    private TaskItem? Find(int sequence)
    {
        if (slot.Tasks.Find(sequence) is { } item)
            return item;
        NoteUnknown(sequence);
        return null;
    }

    private void NoteUnknown(int sequence)
    {
        if (slot.Tasks.IsDoomed(sequence))
            return; // its outcome is decided
        if (_unknownTasks.TryTake(out bool isLast))
            scheduler.Options.Logger.UnknownTask(slot.Id, sequence);
        if (isLast)
            scheduler.Options.Logger.NoMoreLines(slot.Id);
    }

    /// <summary>The worker is dying, and its exit says why; or it sent a frame that it may not send.</summary>
    private void DataPipeBroke(Exception error, string what) =>
        slot.Kill(new KillReason(error.InnerException is InvalidDataException ? FailureCause.ProtocolError : null, what));

    private void Violated(string what) => slot.Kill(new KillReason(FailureCause.ProtocolError, $"it {what}"));
}
