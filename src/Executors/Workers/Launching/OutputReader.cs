using System.Buffers;
using System.IO.Pipelines;
using System.Text;

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

    private readonly List<string> _tail = [];
    private readonly Action<string> _onLine;
    private int _frames;

    public OutputReader(Stream stream, Action<string> onLine)
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
                    Take(Encoding.UTF8.GetString(line).TrimEnd('\r'));
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

    private void Take(string line)
    {
        lock (_tail)
            AddToTail(line.Length <= MaxTailLineChars ? line : line[..MaxTailLineChars]);
        _onLine(line);
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
