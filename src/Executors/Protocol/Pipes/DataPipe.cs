using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Offloop.Protocol;

/// <summary>The second pipe of a worker, for large payloads. It carries frames: a key, a length and that many bytes. It is read all the
/// time, so neither side can block the other by not reading. Thread-safe.</summary>
internal sealed class DataPipe : IDisposable
{
    private const int HeaderBytes = 2 * sizeof(int) + sizeof(long);

    private readonly ConcurrentDictionary<FrameKey, TaskCompletionSource<byte[]>> _frames = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Stream _stream;
    private readonly long _maxBytes;
    private readonly Func<FrameKey, bool> _isExpected;
    private readonly Task _reading;
    private volatile Exception? _ended;
    private FrameKey? _arriving;

    /// <param name="stream">Owned from here on.</param>
    /// <param name="maxBytes">A longer frame breaks the pipe before anything is allocated for it.</param>
    /// <param name="isExpected">Whether a frame may come; a frame that may not breaks the pipe.</param>
    public DataPipe(Stream stream, long maxBytes, Func<FrameKey, bool> isExpected)
    {
        (_stream, _maxBytes, _isExpected) = (stream, maxBytes, isExpected);
        _reading = Task.Run(ReadAllAsync);
    }

    /// <summary>Completes, without an error, when the pipe has ended and everything in it has been read.</summary>
    public Task Completion => _reading;

    public async Task SendAsync(FrameKey key, ReadOnlyMemory<byte> bytes)
    {
        byte[] header = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, key.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(sizeof(int)), key.Part);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(2 * sizeof(int)), bytes.Length);
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(header).ConfigureAwait(false);
            await _stream.WriteAsync(bytes).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits for the bytes of a frame. Throws <see cref="IOException"/> if the pipe ends before the
    /// frame has come whole.</summary>
    public async Task<byte[]> ReceiveAsync(FrameKey key)
    {
        TaskCompletionSource<byte[]> frame = FrameOf(key);
        if (_ended is { } error)
            frame.TrySetException(error);
        try
        {
            return await frame.Task.ConfigureAwait(false);
        }
        finally
        {
            _frames.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets a frame that nobody will ask for, once it has come.</summary>
    public void Discard(FrameKey key) =>
        _ = ReceiveAsync(key).ContinueWith(
            static frame => _ = frame.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    /// <summary>Forgets the frames of tasks that are done, those that have come and the one that is coming: nobody will ask for
    /// them.</summary>
    public void ForgetTasks(ReadOnlySpan<int> sequences)
    {
        lock (_lock)
        {
            if (_arriving is { } arriving && sequences.Contains(arriving.Sequence))
                _arriving = null;
            if (_frames.IsEmpty)
                return;
            foreach (FrameKey key in _frames.Keys)
            {
                if (!sequences.Contains(key.Sequence) || !_frames.TryRemove(key, out TaskCompletionSource<byte[]>? frame))
                    continue;
                frame.TrySetException(new IOException("The task was done before its payload came."));
                _ = frame.Task.Exception; // observed, because as a rule nobody waits for it
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    private TaskCompletionSource<byte[]> FrameOf(FrameKey key) =>
        _frames.GetOrAdd(key, static _ => new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task ReadAllAsync()
    {
        Exception error;
        try
        {
            byte[] header = new byte[HeaderBytes];
            while (true)
            {
                await _stream.ReadExactlyAsync(header).ConfigureAwait(false);
                var key = new FrameKey(
                    BinaryPrimitives.ReadInt32LittleEndian(header),
                    BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(sizeof(int))));
                long length = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(2 * sizeof(int)));
                lock (_lock)
                    _arriving = key; // before it is asked for, so that the task cannot be done and forgotten in between
                if (length < 0 || length > Math.Min(_maxBytes, Array.MaxLength) || !_isExpected(key))
                {
                    throw new InvalidDataException(
                        $"The data pipe carried a frame of {length} bytes for {key}, which is not part of the protocol.");
                }
                byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
                await _stream.ReadExactlyAsync(bytes).ConfigureAwait(false);
                lock (_lock)
                {
                    if (_arriving is not null)
                        FrameOf(key).TrySetResult(bytes);
                }
            }
        }
        catch (Exception caught)
        {
            // The stream has ended, the pipe broke, a frame was bad, memory ran out: to those who wait it is all the same.
            error = caught;
        }
        _ended = new IOException("The data pipe has ended.", error);
        await _stream.DisposeAsync().ConfigureAwait(false);
        foreach (TaskCompletionSource<byte[]> frame in _frames.Values)
            frame.TrySetException(_ended);
    }
}
