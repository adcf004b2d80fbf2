namespace Offloop.Cluster.Messages;

/// <summary>Sends messages to the other end of a session, in their order and in batches, with one call under way: what is sent during a
/// call goes with the next. A call that fails is repeated with the same number until it is answered or the session is over; the other end
/// leaves out what it has had. So a message arrives once or the session ends. Thread-safe.</summary>
/// <param name="call">Delivers a batch with its number; false says that the session is over. It may throw anything.</param>
/// <param name="pause">The time before a call that has failed is repeated.</param>
/// <param name="over">Called when the other end says that the session is over.</param>
internal sealed class MessageLine<T>(Func<long, T[], Task<bool>> call, TimeSpan pause, Action over)
    where T : class, ISized
{
    /// <summary>The most messages of a batch.</summary>
    private const int MaxBatch = 256;

    /// <summary>A batch is closed when its payloads have so many bytes.</summary>
    private const int MaxBatchBytes = 1 << 20;

    private readonly Lock _lock = new();
    private readonly Queue<(T Message, TaskCompletionSource? Arrived)> _queue = new();
    private bool _isSending;
    private bool _isClosed;
    private long _number;

    /// <summary>Sends a message. It goes nowhere once the line is closed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="arrived">Is completed when it has arrived, or fails with <see cref="IOException"/> if the session ends before.</param>
    public void Send(T message, TaskCompletionSource? arrived = null) => Add(message, arrived);

    /// <summary>Sends a message, and completes when it has arrived. Throws <see cref="IOException"/> if the session ends before.</summary>
    public Task SendAsync(T message)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(message, arrived);
        return arrived.Task;
    }

    /// <summary>Sends nothing more.</summary>
    public void Close()
    {
        (T, TaskCompletionSource? Arrived)[] left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _queue];
            _queue.Clear();
        }
        foreach ((_, TaskCompletionSource? arrived) in left)
            arrived?.TrySetException(Over());
    }

    private static IOException Over() => new("The session with the other end is over.");

    private void Add(T message, TaskCompletionSource? arrived)
    {
        bool isClosed;
        bool begins = false;
        lock (_lock)
        {
            isClosed = _isClosed;
            if (!isClosed)
            {
                _queue.Enqueue((message, arrived));
                (begins, _isSending) = (!_isSending, true);
            }
        }
        if (isClosed)
            arrived?.TrySetException(Over());
        else if (begins)
            _ = Task.Run(SendAllAsync);
    }

    private async Task SendAllAsync()
    {
        while (TryTake() is { } batch)
        {
            if (!await TryDeliverAsync([.. batch.Select(static sent => sent.Message)]).ConfigureAwait(false))
            {
                Close();
                batch.ForEach(static sent => sent.Arrived?.TrySetException(Over()));
                return;
            }
            batch.ForEach(static sent => sent.Arrived?.TrySetResult());
        }
    }

    private List<(T Message, TaskCompletionSource? Arrived)>? TryTake()
    {
        lock (_lock)
        {
            if (_queue.Count == 0)
            {
                _isSending = false;
                return null;
            }
            List<(T, TaskCompletionSource?)> batch = [];
            for (int bytes = 0; batch.Count < MaxBatch && bytes < MaxBatchBytes && _queue.TryDequeue(out var next);)
            {
                batch.Add(next);
                bytes += next.Message.Bytes;
            }
            return batch;
        }
    }

    /// <summary>False if the session is over, by this end's word or the other's.</summary>
    private async Task<bool> TryDeliverAsync(T[] batch)
    {
        long number = ++_number;
        while (true)
        {
            lock (_lock)
            {
                if (_isClosed)
                    return false;
            }
            try
            {
                if (await call(number, batch).ConfigureAwait(false))
                    return true;
                over();
                return false;
            }
            catch (Exception) // the other end cannot be reached now, in whatever way; the lease says for how long that goes on
            {
                await Task.Delay(pause).ConfigureAwait(false);
            }
        }
    }
}
