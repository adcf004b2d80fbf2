using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Offloop.Protocol;

/// <summary>Content-Length framing, as in the base protocol of the Language Server Protocol. It has the limit that StreamJsonRpc's own
/// handler lacks: a frame that says it is longer, or a header that does not end, closes the connection before anything is allocated for it.
/// Writes go to the stream on the calling thread, without a copying task in between.
/// <para>After a while, a peer that does not read is not read either. Otherwise its messages, and the answers to them, would pile up here.
/// An answer that nobody asked for is dropped; StreamJsonRpc would give up the connection.</para></summary>
/// <param name="input">Read from here. Owned from here on.</param>
/// <param name="output">Written to here; may be the same. Owned from here on.</param>
/// <param name="formatter">Owned from here on.</param>
/// <param name="complain">Called for each message that is dropped.</param>
internal sealed class FrameHandler(
    Stream input, Stream output, IJsonRpcMessageFormatter formatter, Action<string>? complain = null)
    : MessageHandlerBase(formatter)
{
    /// <summary>How many messages are read while the peer reads none of ours.</summary>
    public const int MaxReadUnheard = 1024;

    /// <summary>The longest message. Large payloads do not travel in messages, and texts are cut, so no
    /// message of ours comes near it.</summary>
    public const int MaxFrameBytes = 64 << 20;

    private const int MaxHeaderBytes = 256;
    private static readonly byte[] s_name = "Content-Length:"u8.ToArray();
    private static readonly byte[] s_endOfHeader = "\r\n\r\n"u8.ToArray();

    private readonly PipeReader _reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 16 << 10, leaveOpen: true));
    private readonly PipeWriter _writer = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
    private readonly ArrayBufferWriter<byte> _content = new(4 << 10);
    private readonly ConcurrentDictionary<RequestId, bool> _asked = new();
    private volatile TaskCompletionSource? _stalled;
    private int _readUnheard;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_stalled is { } stalled && Interlocked.Increment(ref _readUnheard) > MaxReadUnheard)
                await stalled.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            JsonRpcMessage? message = await ReadOneAsync(cancellationToken).ConfigureAwait(false);
            if (message is JsonRpcResult or JsonRpcError && !_asked.TryRemove(((IJsonRpcMessageWithId)message).RequestId, out _))
            {
                complain?.Invoke("an answer to a request that was not made");
                continue;
            }
            return message;
        }
    }

    protected override ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        if (content is JsonRpcRequest { IsResponseExpected: true } request)
            _asked[request.RequestId] = true;
        Write(content);
        return ValueTask.CompletedTask;
    }

    private async ValueTask<JsonRpcMessage?> ReadOneAsync(CancellationToken cancellationToken)
    {
        int? length = await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        if (length is null)
            return null;
        ReadResult result = await _reader.ReadAtLeastAsync(length.Value, cancellationToken).ConfigureAwait(false);
        if (result.Buffer.Length < length.Value)
            throw new EndOfStreamException("The connection ended within a message.");
        // The message refers to these bytes as long as it lives, so it gets its own copy.
        ReadOnlySequence<byte> content = result.Buffer.Slice(0, length.Value);
        var own = new ReadOnlySequence<byte>(content.ToArray());
        _reader.AdvanceTo(content.End);
        try
        {
            return Formatter.Deserialize(own);
        }
        catch (Exception error) when (error is not InvalidDataException) // the formatter throws whatever it meets
        {
            throw new InvalidDataException($"A message is not one of JSON-RPC: {error.Message}", error);
        }
    }

    private void Write(JsonRpcMessage content)
    {
        _content.ResetWrittenCount();
        Formatter.Serialize(_content, content);
        Span<byte> header = _writer.GetSpan(MaxHeaderBytes);
        s_name.CopyTo(header);
        Utf8Formatter.TryFormat(_content.WrittenCount, header[s_name.Length..], out int digits);
        s_endOfHeader.CopyTo(header[(s_name.Length + digits)..]);
        _writer.Advance(s_name.Length + digits + s_endOfHeader.Length);
        _writer.Write(_content.WrittenSpan);
    }

    protected override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush = _writer.FlushAsync(cancellationToken);
        if (!flush.IsCompleted)
            _stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await flush.ConfigureAwait(false);
        }
        finally
        {
            if (Interlocked.Decrement(ref _readUnheard) < 0)
                Volatile.Write(ref _readUnheard, 0);
            TaskCompletionSource? stalled = _stalled;
            _stalled = null;
            stalled?.TrySetResult();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
            output.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Returns the length of the next message; null if the connection ends before it.</summary>
    private async ValueTask<int?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (TryReadHeader(buffer, out SequencePosition end, out int length))
            {
                _reader.AdvanceTo(end);
                return length;
            }
            if (buffer.Length >= MaxHeaderBytes)
                throw new BadRpcHeaderException("A message began with something that is no header.");
            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (!result.IsCompleted)
                continue;
            return buffer.IsEmpty ? null : throw new EndOfStreamException("The connection ended within a header.");
        }
    }

    private static bool TryReadHeader(ReadOnlySequence<byte> buffer, out SequencePosition end, out int length)
    {
        Span<byte> start = stackalloc byte[MaxHeaderBytes];
        int count = (int)Math.Min(buffer.Length, MaxHeaderBytes);
        buffer.Slice(0, count).CopyTo(start);
        start = start[..count];
        (end, length) = (default, 0);
        int stop = start.IndexOf(s_endOfHeader);
        if (stop < 0)
            return false;
        ReadOnlySpan<byte> header = start[..stop];
        ReadOnlySpan<byte> number = header.StartsWith(s_name) ? header[s_name.Length..].TrimStart((byte)' ') : default;
        if (!Utf8Parser.TryParse(number, out length, out int used) || used != number.Length || length is < 1 or > MaxFrameBytes)
        {
            throw new BadRpcHeaderException(
                $"A message began with the header '{Encoding.ASCII.GetString(header)}', "
                + $"which is not a Content-Length of 1 to {MaxFrameBytes}.");
        }
        end = buffer.GetPosition(stop + s_endOfHeader.Length);
        return true;
    }
}
