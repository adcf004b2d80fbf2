using Offloop.Protocol;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <content>What the worker sends while a task runs. It is not trusted: more than it was allowed ends it.</content>
internal sealed partial class WorkerSlot
{
    /// <summary>Whether this frame may come by the data pipe.</summary>
    public bool ExpectsFrame(FrameKey key)
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
            < 0 => item.Progress?.Expects(-key.Part) ?? false,
            _ => false,
        };
    }

    void ICoordinator.Progress(ProgressMessage message)
    {
        if (Find(message.Sequence) is not { } item)
            return;
        var key = FrameKey.Progress(message.Sequence, message.Number);
        bool allowed = item.Progress?.TryPost(
            message.Number,
            () => message.Value.ReceiveAsync(key, _process!.Data),
            () => _process!.Tell(worker => worker.ProgressTaken(message.Sequence))) ?? false;
        if (!allowed)
            Violated($"sent progress of task {item.Id} that it may not send");
    }

    private void Violated(string what) => Kill(new KillReason(FailureCause.ProtocolError, $"it {what}"));
}
