using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>Reads one of a worker's standard streams line by line, for as long as anybody holds it open. A line without an end is cut, so
/// memory stays bounded whatever is written.</summary>
internal sealed class OutputReader
{
    private const int MaxLineBytes = 16 << 10;
    private const int TailLines = 20;
    private const int MaxTailLineChars = 500;
    private const string Frame = "   at "; // begins each line of a .NET stack trace
    private const int MaxFrames = 10;

    private const int MaxOpenLines = 64;

    private readonly List<string> _tail = [];
    private readonly Dictionary<long, StringBuilder> _open = []; // lines of tasks that go on
    private readonly Action<string, long?> _onLine;
    private int _frames;

    /// <param name="stream">What to read; owned from here on.</param>
    /// <param name="onLine">Gets each line, and the task that its mark names; null if it has none.</param>
    public OutputReader(Stream stream, Action<string, long?> onLine)
    {
        _onLine = onLine;
        Completion = Task.Run(() => ReadAllAsync(PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: MaxLineBytes))));
    }

    /// <summary>Done when every writer has closed the stream.</summary>
    public Task Completion { get; }

    /// <summary>The last lines. A long stack trace is shortened: the reason for a crash stands above its frames and must not be pushed out
    /// by them.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
                return string.Join(Environment.NewLine, _tail);
        }
    }

    private async Task ReadAllAsync(PipeReader reader)
    {
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = result.Buffer;
                while (TryCutLine(ref buffer, result.IsCompleted, out ReadOnlySequence<byte> line))
                    Read(Encoding.UTF8.GetString(line).TrimEnd('\r'));
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                    break;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The stream was closed under the reader because the worker is gone.
        }
        await reader.CompleteAsync().ConfigureAwait(false);
        foreach ((long task, StringBuilder text) in _open)
            Take(text.ToString(), task);
        _open.Clear();
    }

    private static bool TryCutLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        long length = buffer.Length >= MaxLineBytes ? MaxLineBytes : isLast ? buffer.Length : 0;
        line = buffer.Slice(0, length);
        buffer = buffer.Slice(length);
        return length > 0;
    }

    /// <summary>Reads a line as the worker has written it. Native code may have left its text, without an end, before a mark.</summary>
    private void Read(string written)
    {
        ReadOnlySpan<char> line = written;
        if (!OutputMark.TryTake(ref line, out long task, out bool ends))
        {
            int mark = line.IndexOf(OutputMark.Start);
            ReadOnlySpan<char> marked = mark < 0 ? [] : line[mark..];
            if (!OutputMark.TryTake(ref marked, out task, out ends))
            {
                Take(written, task: null);
                return;
            }
            Take(written[..mark], task: null);
            line = marked;
        }
        Join(line, task, ends);
    }

    private void Join(ReadOnlySpan<char> piece, long task, bool ends)
    {
        bool goesOn = _open.TryGetValue(task, out StringBuilder? begun);
        if (ends && !goesOn)
        {
            Take(piece.ToString(), task);
            return;
        }
        begun ??= new StringBuilder();
        begun.Append(piece);
        if (ends || begun.Length >= MaxLineBytes || (!goesOn && _open.Count >= MaxOpenLines))
        {
            _open.Remove(task);
            Take(begun.ToString(), task);
        }
        else
        {
            _open[task] = begun;
        }
    }

    private void Take(string line, long? task)
    {
        lock (_tail)
            AddToTail(line.Length <= MaxTailLineChars ? line : line[..MaxTailLineChars]);
        _onLine(line, task);
    }

    private void AddToTail(string line)
    {
        _frames = line.StartsWith(Frame, StringComparison.Ordinal) ? _frames + 1 : 0;
        if (_frames > MaxFrames + 1)
            _tail.RemoveAt(_tail.Count - 1);
        _tail.Add(_frames > MaxFrames ? $"   … and {_frames - MaxFrames} more" : line);
        if (_tail.Count > TailLines)
            _tail.RemoveAt(0);
    }
}
