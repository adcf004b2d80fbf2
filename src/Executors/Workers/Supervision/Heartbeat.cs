using StreamJsonRpc;

namespace Offloop.Workers;

/// <summary>Asks a worker for a sign of life, on the path that its tasks never use, and kills it when it has not answered for
/// <see cref="ProcessPoolOptions.HeartbeatTimeout"/>. The last question gets its full share of time, so that a coordinator which was itself
/// stopped does not take its workers for dead.</summary>
internal static class Heartbeat
{
    private const int QuestionsPerTimeout = 3;

    /// <summary>Goes on until the process is gone.</summary>
    public static void Watch(WorkerSlot slot, WorkerProcess process, ProcessPoolOptions options)
    {
        if (options.HeartbeatTimeout != Timeout.InfiniteTimeSpan)
            _ = WatchAsync(slot, process, options);
    }

    private static async Task WatchAsync(WorkerSlot slot, WorkerProcess process, ProcessPoolOptions options)
    {
        TimeSpan period = options.HeartbeatTimeout / QuestionsPerTimeout;
        int unanswered = 0;
        while (unanswered < QuestionsPerTimeout)
        {
            Task pause = Task.Delay(period, options.TimeProvider);
            Task answer = AnswerAsync(process);
            await Task.WhenAny(pause, process.Exited).ConfigureAwait(false);
            if (process.Exited.IsCompleted)
                return;
            unanswered = answer.IsCompletedSuccessfully ? 0 : unanswered + 1;
        }
        slot.KillUnresponsive(new KillReason(
            FailureCause.Unresponsive, $"it has not answered for {options.HeartbeatTimeout.TotalSeconds:0.###} s"));
    }

    private static async Task AnswerAsync(WorkerProcess process)
    {
        try
        {
            await process.PingAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is ConnectionLostException or ObjectDisposedException or OperationCanceledException)
        {
            // It is ending; its exit is seen elsewhere.
        }
    }
}
