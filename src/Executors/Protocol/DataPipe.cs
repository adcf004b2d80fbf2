using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Offloop.Protocol;

/// <summary>The second pipe of a worker, for large payloads: frames of a task number, a length and that many bytes. A reader of its own
/// empties it all the time, so that neither side can block the other by not reading. Thread-safe.</summary>
internal sealed class DataPipe : IDisposable
{
    private const int HeaderBytes = sizeof(int) + sizeof(long);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<byte[]>> _frames = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Stream _stream;
    private readonly long _maxBytes;
    private readonly Func<int, bool> _isExpected;
    private readonly Task _reading;
    private volatile Exception? _ended;

    /// <param name="stream">Owned from here on.</param>
    /// <param name="maxBytes">A longer frame breaks the pipe before anything is allocated for it.</param>
    /// <param name="isExpected">Whether a frame for this task may come; another breaks the pipe.</param>
    public DataPipe(Stream stream, long maxBytes, Func<int, bool> isExpected)
    {
        (_stream, _maxBytes, _isExpected) = (stream, maxBytes, isExpected);
        _reading = Task.Run(ReadAllAsync);
    }

    /// <summary>Done, without an error, when the pipe has ended and everything it held has been read.</summary>
    public Task Completion => _reading;

    public async Task SendAsync(int sequence, ReadOnlyMemory<byte> bytes)
    {
        byte[] header = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(sizeof(int)), bytes.Length);
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

    /// <summary>The frame of this task. Throws <see cref="IOException"/> when the pipe ends before it came whole.</summary>
    public async Task<byte[]> ReceiveAsync(int sequence)
    {
        TaskCompletionSource<byte[]> frame = FrameOf(sequence);
        if (_ended is { } error)
            frame.TrySetException(error);
        try
        {
            return await frame.Task.ConfigureAwait(false);
        }
        finally
        {
            _frames.TryRemove(sequence, out _);
        }
    }

    /// <summary>Forgets a frame that nobody will ask for.</summary>
    public void Discard(int sequence) => _frames.TryRemove(sequence, out _);

    public void Dispose() => _stream.Dispose();

    private TaskCompletionSource<byte[]> FrameOf(int sequence) =>
        _frames.GetOrAdd(sequence, static _ => new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task ReadAllAsync()
    {
        Exception error;
        try
        {
            byte[] header = new byte[HeaderBytes];
            while (true)
            {
                await _stream.ReadExactlyAsync(header).ConfigureAwait(false);
                int sequence = BinaryPrimitives.ReadInt32LittleEndian(header);
                long length = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(sizeof(int)));
                if (length < 0 || length > Math.Min(_maxBytes, Array.MaxLength) || !_isExpected(sequence))
                    throw new InvalidDataException($"The data pipe carried a frame of {length} bytes for task {sequence}, which is not part of the protocol.");
                byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
                await _stream.ReadExactlyAsync(bytes).ConfigureAwait(false);
                FrameOf(sequence).TrySetResult(bytes);
            }
        }
        catch (Exception caught) // an end of the stream, a broken pipe, a bad frame, no memory: for those who wait it is all the same
        {
            error = caught;
        }
        _ended = new IOException("The data pipe has ended.", error);
        await _stream.DisposeAsync().ConfigureAwait(false);
        foreach (TaskCompletionSource<byte[]> frame in _frames.Values)
            frame.TrySetException(_ended);
    }
}
