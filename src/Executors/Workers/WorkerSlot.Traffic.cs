using System.Collections.Concurrent;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <content>What the worker sends while a task runs. It is not trusted: more than it was allowed ends it.</content>
internal sealed partial class WorkerSlot
{
    /// <summary>For tasks that have sent large payloads: done when all that were announced have come.</summary>
    private readonly ConcurrentDictionary<int, Task> _arrivals = new();

    /// <summary>Counts a frame that comes by the data pipe; false where it may not come.</summary>
    public bool AcceptsFrame(FrameKey key)
    {
        WorkItem? item;
        lock (_lock)
        {
            if (!_items.TryGetValue(key.Sequence, out item))
                return false;
        }
        return key.Part switch
        {
            0 => true,
            > 0 => item.Stream?.Allowance.TryFrame(key.Part) ?? false,
            < 0 => item.Progress?.Allowance.TryFrame(-key.Part) ?? false,
        };
    }

    void ICoordinator.Progress(ProgressMessage message)
    {
        if (Find(message.Sequence) is not { } item)
            return;
        if (item.Progress is { } progress && progress.Allowance.TryMessage(message.Number))
            progress.Post(ReceiveAsync(message.Value, FrameKey.Progress(message.Sequence, message.Number)), () => _process!.Tell(worker => worker.ProgressTaken(message.Sequence)));
        else
            Violated($"sent progress of task {item.Id} that it may not send");
    }

    void ICoordinator.Item(ItemMessage message)
    {
        if (Find(message.Sequence) is not { } item)
            return;
        if (item.Stream is { } stream && stream.Allowance.TryMessage(message.Number))
            stream.Post(ReceiveAsync(message.Value, FrameKey.Item(message.Sequence, message.Number)));
        else
            Violated($"sent an item of task {item.Id} that it has no credit for");
    }

    /// <summary>A large payload is received at once, whoever may want it: else it would stay with the pipe. Frames of a task that has ended would
    /// break the pipe, so its end has to wait for them.</summary>
    private Task<Payload> ReceiveAsync(PayloadRef value, FrameKey key)
    {
        Task<Payload> received = value.ReceiveAsync(key, _process!.Data).AsTask();
        if (value.IsOnDataPipe)
        {
            _arrivals.AddOrUpdate(key.Sequence, received, (_, before) => before.IsCompletedSuccessfully ? received : Task.WhenAll(before, received));
            // Here, because a value that is dropped is awaited by nobody.
            _ = received.ContinueWith(
                task => DataPipeBroke(task.Exception!.InnerException!, $"a payload for {key} did not arrive"),
                CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return received;
    }

    /// <summary>The worker is dying, and its exit says why; or it sent a frame that it may not.</summary>
    private void DataPipeBroke(Exception error, string what) =>
        Kill(new KillReason(error.InnerException is InvalidDataException ? FailureCause.ProtocolError : null, what));

    private void Violated(string what) => Kill(new KillReason(FailureCause.ProtocolError, $"it {what}"));
}
