using Offloop.Payloads;

namespace Offloop.Cluster.Messages;

/// <summary>Sends the messages of one direction of a session. What is said of one task arrives in its order. A large payload goes ahead of
/// its message in pieces, one after the other in a line of their own, so that messages about other tasks do not wait for it.
/// Thread-safe.</summary>
/// <param name="messages">The line of the messages.</param>
/// <param name="pieces">The line of the pieces.</param>
/// <param name="wrap">Makes a message of a piece.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "Nothing asks for the wait handle of the semaphore, so it has nothing to release.")]
internal sealed class TaskLine<T>(MessageLine<T> messages, MessageLine<T> pieces, Func<Piece, T> wrap)
    where T : class, ISized
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Held> _held = []; // tasks whose payload is on its way
    private readonly SemaphoreSlim _transferring = new(1, 1);
    private long _lastTransfer;

    /// <summary>Sends a message about a task.</summary>
    public void Send(int sequence, T message) => Send(sequence, default, _ => message);

    /// <summary>Sends a message about a task, and completes when it has arrived. Throws <see cref="IOException"/> if the session ends
    /// before.</summary>
    public Task SendAsync(int sequence, T message)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(sequence, default, _ => message, arrived);
        return arrived.Task;
    }

    /// <summary>Sends a message about a task, with its payload.</summary>
    /// <param name="sequence">The task.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="message">Makes the message of the payload as it is mentioned there.</param>
    public void Send(int sequence, Payload payload, Func<Carried, T> message) => Send(sequence, payload, message, null);

    private void Send(int sequence, Payload payload, Func<Carried, T> message, TaskCompletionSource? arrived)
    {
        lock (_lock)
        {
            bool isHeld = _held.TryGetValue(sequence, out Held before);
            if (!isHeld && payload.Bytes.Length <= Carried.MaxInlineBytes)
            {
                messages.Send(message(Carried.Inline(payload)), arrived);
                return;
            }
            Task last = SendLaterAsync(before.Last ?? Task.CompletedTask, sequence, payload, message, arrived);
            _held[sequence] = new Held(last, before.Count + 1);
        }
    }

    /// <summary>Sends a message that is about no task.</summary>
    public Task SendAsync(T message) => messages.SendAsync(message);

    public void Close()
    {
        messages.Close();
        pieces.Close();
    }

    private async Task SendLaterAsync(
        Task before, int sequence, Payload payload, Func<Carried, T> message, TaskCompletionSource? arrived)
    {
        await Task.Yield(); // the lock is held here
        await before.ConfigureAwait(false);
        try
        {
            Carried carried = payload.Bytes.Length <= Carried.MaxInlineBytes
                ? Carried.Inline(payload)
                : Carried.ByTransfer(payload.Kind, await TransferAsync(payload.Bytes).ConfigureAwait(false));
            lock (_lock) // made and sent at once: a message may name what those after it only mention
                messages.Send(message(carried), arrived);
        }
        catch (IOException error)
        {
            arrived?.TrySetException(error); // the session is over, and its end settles the task
        }
        lock (_lock)
        {
            if (_held[sequence] is { Count: > 1 } others)
                _held[sequence] = others with { Count = others.Count - 1 };
            else
                _held.Remove(sequence);
        }
    }

    private async Task<long> TransferAsync(ReadOnlyMemory<byte> bytes)
    {
        await _transferring.WaitAsync().ConfigureAwait(false);
        try
        {
            long transfer = ++_lastTransfer;
            for (int offset = 0; offset < bytes.Length; offset += Piece.MaxBytes)
            {
                byte[] part = bytes.Slice(offset, Math.Min(Piece.MaxBytes, bytes.Length - offset)).ToArray();
                await pieces.SendAsync(wrap(new Piece(transfer, bytes.Length, offset, part))).ConfigureAwait(false);
            }
            return transfer;
        }
        finally
        {
            _transferring.Release();
        }
    }

    /// <summary>What waits to be said of a task.</summary>
    /// <param name="Last">Completes when the last of it has been said.</param>
    /// <param name="Count">How many messages that are.</param>
    private readonly record struct Held(Task Last, int Count);
}
