using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Offloop.Coordinator.Mapping;

/// <summary>Reads lines of UTF-8 from a stream of any length, with the memory of the longest one. It keeps a digest of what it has read, by
/// which an input is known again.</summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>A longer line is not kept in memory: it is a line that cannot be read.</summary>
    public const int LongestLine = 64 << 20;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Lock _lock = new();
    private readonly PipeReader _reader;
    private long _lines;
    private long _bytes;
    private InputPosition? _beforeLongLine;
    private bool _isReading;
    private bool _isAtEnd;

    public LineReader(Stream stream) => _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10));

    /// <summary>The end of the last line that was read. Any thread may ask.</summary>
    public InputPosition Position
    {
        get
        {
            lock (_lock)
                return _beforeLongLine ?? new InputPosition(_lines, _bytes, Convert.ToHexStringLower(_digest.GetCurrentHash()));
        }
    }

    /// <summary>The number of bytes that were read. Any thread may ask.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether all of the input was read. Any thread may ask.</summary>
    public bool IsAtEnd => Volatile.Read(ref _isAtEnd);

    /// <summary>Reads to the end of the stream.</summary>
    /// <param name="cancellationToken">Ends the reading at once. A read of a terminal or a pipe cannot be cancelled, so it is left
    /// behind.</param>
    public async IAsyncEnumerable<InputLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool isTooLong = false; // the line's beginning was dropped
        while (true)
        {
            _isReading = true;
            ReadResult read = await ReadMoreAsync(cancellationToken);
            _isReading = false;
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                SequencePosition next = rest.GetPosition(1, end);
                yield return Take(rest.Slice(0, next), isTooLong);
                isTooLong = false;
                rest = rest.Slice(next);
            }
            if (read.IsCompleted)
            {
                if (!rest.IsEmpty || isTooLong)
                    yield return Take(rest, isTooLong);
                Volatile.Write(ref _isAtEnd, true);
                yield break;
            }
            if (rest.Length > LongestLine)
            {
                isTooLong = true;
                lock (_lock)
                {
                    _beforeLongLine ??= Position;
                    Count(rest);
                }
                rest = rest.Slice(rest.End);
            }
            _reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    public void Dispose()
    {
        if (!_isReading)
            _reader.Complete();
        _digest.Dispose();
    }

    private ValueTask<ReadResult> ReadMoreAsync(CancellationToken cancellationToken)
    {
        ValueTask<ReadResult> read = _reader.ReadAsync(CancellationToken.None);
        return read.IsCompleted ? read : new ValueTask<ReadResult>(read.AsTask().WaitAsync(cancellationToken));
    }

    private InputLine Take(ReadOnlySequence<byte> bytes, bool isTooLong)
    {
        ReadOnlySpan<byte> line = bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray();
        bool isFirst;
        long index;
        lock (_lock)
        {
            isFirst = _bytes == 0;
            Count(bytes);
            index = _lines++;
            _beforeLongLine = null;
        }
        if (isTooLong || line.Length > LongestLine)
            return new InputLine(index, "", $"it is longer than {LongestLine >> 20} MiB");
        if (isFirst && line.StartsWith(Encoding.UTF8.Preamble))
            line = line[Encoding.UTF8.Preamble.Length..]; // a byte order mark, as some editors write it
        if (line.EndsWith("\n"u8))
            line = line[..^1];
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        try
        {
            return new InputLine(index, s_strict.GetString(line));
        }
        catch (DecoderFallbackException)
        {
            return new InputLine(index, "", "it is no valid UTF-8");
        }
    }

    private void Count(ReadOnlySequence<byte> bytes)
    {
        _bytes += bytes.Length;
        foreach (ReadOnlyMemory<byte> part in bytes)
            _digest.AppendData(part.Span);
    }
}

/// <summary>A place in an input, between two lines, with a digest of all that is before it.</summary>
/// <param name="Lines">The number of lines before it.</param>
/// <param name="Bytes">The number of bytes before it.</param>
/// <param name="Sha256">Their SHA-256, in hexadecimal.</param>
internal sealed record InputPosition(long Lines, long Bytes, string Sha256)
{
    public static InputPosition Start { get; } = new(0, 0, "");
}
