using System.Threading.Tasks.Sources;
using Offloop.Invocation;

namespace Offloop.WorkerHost.Link;

/// <summary>The two pipes of messages as one stream. It is read with blocking calls by whatever thread has time for it: one calls
/// <see cref="TryReadOnce"/> after the other. Code that awaits a read continues on that thread, so a message wakes one thread; an
/// asynchronous read wakes the runtime's poller and then a pool thread. Writes block, and may come from any thread.</summary>
/// <param name="input">Read from here. Owned from here on. It must not have been used asynchronously before: on Unix, its reads would not
/// block any more.</param>
/// <param name="output">Written to here, like <paramref name="input"/>.</param>
internal sealed class BlockingPipe(Stream input, Stream output) : Stream, IValueTaskSource<int>
{
    private readonly AutoResetEvent _asked = new(false);
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _buffer;
    private volatile Thread? _reader;
    private volatile bool _isAsked;
    private volatile bool _isClosed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Waits for a part of what the other side sends, and lets the code that awaits it handle it, on the calling thread. Returns
    /// false when nothing more will come. One thread at a time may call it.</summary>
    public bool TryReadOnce()
    {
        using InterruptShield.Scope shield = InterruptShield.Raise(); // the thread may be one of tasks
        while (!_isAsked)
        {
            if (_isClosed)
                return false;
            _asked.WaitOne();
        }
        _isAsked = false;
        int count = 0;
        Exception? failure = null;
        try
        {
            count = Read(_buffer);
        }
        catch (Exception error) // the reader gets it
        {
            failure = error;
        }
        InterruptShield.Absorb(); // one that came meanwhile; the reader's code is not under the shield
        _reader = Thread.CurrentThread;
        using (InterruptShield.Pause())
        {
            // The reader goes on inside these calls, and as a rule asks for more.
            if (failure is not null)
                _read.SetException(failure);
            else
                _read.SetResult(count);
        }
        _reader = null;
        return !_isClosed;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _read.Reset();
        _buffer = buffer;
        _isAsked = true;
        if (Thread.CurrentThread != _reader)
            _asked.Set();
        return new ValueTask<int>(this, _read.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            output.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
        catch (Exception error) // an asynchronous method throws through its task
        {
            return ValueTask.FromException(error);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        input.Dispose(); // ends a read
        output.Dispose();
        _asked.Set();
        base.Dispose(disposing);
    }

    private int Read(Memory<byte> buffer) =>
        // An interrupt would leave an overlapped read of Windows behind, with the bytes that it brings. On Unix, it does not end a read.
        OperatingSystem.IsWindows() ? InterruptShield.Wait(input.ReadAsync(buffer)) : input.Read(buffer.Span);
}
