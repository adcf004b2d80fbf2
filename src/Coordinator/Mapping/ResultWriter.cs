using System.Buffers;

namespace Offloop.Coordinator.Mapping;

/// <summary>Collects lines of the output and writes them out together, at the latest after a tenth of a second. Any thread may add lines;
/// one that comes while a write is under way waits, so a slow output slows the map down.</summary>
internal sealed class ResultWriter : IDisposable
{
    private const int Enough = 64 << 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(Enough);
    private readonly ResultSink _sink;
    private readonly Action<Exception> _failed;
    private readonly Timer _timer;
    private long _last = -1;
    private bool _hasFailed;

    /// <param name="sink">Where the lines go. It belongs to the writer.</param>
    /// <param name="failed">Called at most once, when they cannot be written any more.</param>
    public ResultWriter(ResultSink sink, Action<Exception> failed)
    {
        (_sink, _failed) = (sink, failed);
        _timer = new Timer(static writer => ((ResultWriter)writer!).Flush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds the line of a result that came from a worker.</summary>
    public void Add(long index, LineResult result) => Add(index, ResultLine.Write, result);

    /// <summary>Adds the line of a failure that no worker could tell of.</summary>
    public void Add(long index, Exception error) => Add(index, ResultLine.Write, error);

    /// <summary>Writes out what there is.</summary>
    public void Flush()
    {
        lock (_lock)
            FlushLocked();
    }

    /// <summary>Writes out what there is, and has it survive a loss of power.</summary>
    public void Sync()
    {
        lock (_lock)
        {
            FlushLocked();
            if (!_hasFailed)
                Try(_sink.Sync);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
            _hasFailed = true; // a callback of the timer may still come
        _sink.Dispose();
    }

    private void Add<T>(long index, Action<IBufferWriter<byte>, long, T> write, T value)
    {
        lock (_lock)
        {
            if (_hasFailed)
                return;
            if (_buffer.WrittenCount == 0)
                _timer.Change(s_patience, Timeout.InfiniteTimeSpan);
            write(_buffer, index, value);
            _last = Math.Max(_last, index);
            if (_buffer.WrittenCount >= Enough)
                FlushLocked();
        }
    }

    private void FlushLocked()
    {
        if (_hasFailed || _buffer.WrittenCount == 0)
            return;
        Try(() => _sink.Write(_buffer.WrittenSpan, _last));
        _buffer.ResetWrittenCount();
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _hasFailed = true;
            _failed(error);
        }
    }
}
