using System.Threading.Tasks.Sources;

namespace Offloop.WorkerHost.Link;

/// <summary>A pipe whose own thread reads it with blocking calls. Code that awaits a read continues on that thread, so a
/// message wakes one thread; an asynchronous read wakes the runtime's poller and then a pool thread. One reader at a time.
/// Writes block, and may come from any thread.</summary>
internal sealed class BlockingPipe : Stream, IValueTaskSource<int>
{
    private readonly Stream _pipe;
    private readonly Thread _thread;
    private readonly AutoResetEvent _asked = new(false);
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _buffer;
    private volatile bool _isAsked;
    private volatile bool _isClosed;

    /// <param name="pipe">Owned from here on. It must not have been used asynchronously before: on Unix, its
    /// reads would not block any more.</param>
    public BlockingPipe(Stream pipe)
    {
        _pipe = pipe;
        _thread = new Thread(ReadAll) { IsBackground = true, Name = "Offloop pipe" };
        _thread.Start();
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _read.Reset();
        _buffer = buffer;
        _isAsked = true;
        if (Thread.CurrentThread != _thread)
            _asked.Set();
        return new ValueTask<int>(this, _read.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            _pipe.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
        catch (Exception error) // an asynchronous method throws through its task
        {
            return ValueTask.FromException(error);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => _pipe.Write(buffer, offset, count);

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
        _pipe.Dispose(); // ends a read
        _asked.Set();
        base.Dispose(disposing);
    }

    private void ReadAll()
    {
        while (!_isClosed)
        {
            while (!_isAsked)
            {
                _asked.WaitOne();
                if (_isClosed && !_isAsked)
                    return;
            }
            _isAsked = false;
            int count;
            try
            {
                count = _pipe.Read(_buffer.Span);
            }
            catch (Exception error) // the reader gets it
            {
                _read.SetException(error);
                continue;
            }
            _read.SetResult(count); // the reader goes on inside this call, and as a rule asks for more
        }
    }
}
