using System.Buffers;
using System.Text.Json;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Offloop.Protocol;

/// <summary>Reads and writes JSON-RPC 2.0 messages for StreamJsonRpc. StreamJsonRpc's own System.Text.Json formatter parses each message
/// into a document and then passes each argument to the serializer. That was half the cost of a short task, and a third of a worker's
/// start. Here a message is read once, in place, by the tables of its fields (<see cref="MessageTables"/>).
/// <para>The formatter knows the methods that may be called, so it catches the calls that cannot be made; StreamJsonRpc would answer them,
/// or pass over them. A call of an unknown method is complained of and goes on to StreamJsonRpc, without its arguments, for an answer. A
/// call of a known method with arguments that do not fit is refused as a message: it was to tell something, perhaps the end of a task, and
/// its receiver would wait for that for ever.</para>
/// <para>Not thread-safe; a handler calls it for one message at a time.</para></summary>
/// <param name="serves">The methods that the other side may call.</param>
/// <param name="complain">Takes a line about a call of an unknown method.</param>
/// <param name="goesOn">Whether arguments that do not fit are also complained of and passed over, as a fuzzer wants it.</param>
internal sealed class MessageFormatter(RpcContract serves, Action<string>? complain = null, bool goesOn = false) : IJsonRpcMessageFormatter
{
    private static readonly JsonReaderOptions s_readerOptions = new() { MaxDepth = MaxDepth };
    private static readonly byte[] s_noArguments = "[]"u8.ToArray();

    private readonly Utf8JsonWriter _writer = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>How deep a message may nest.</summary>
    public const int MaxDepth = 64;

    /// <summary>Throws <see cref="JsonException"/>, or whatever else the reader throws, if this is not a message. Throws
    /// <see cref="InvalidDataException"/> if it is a call that cannot be made.</summary>
    public JsonRpcMessage Deserialize(ReadOnlySequence<byte> contentBuffer)
    {
        ReadOnlyMemory<byte> json = contentBuffer.IsSingleSegment ? contentBuffer.First : contentBuffer.ToArray();
        var reader = new Utf8JsonReader(json.Span, s_readerOptions);
        string? version = null, name = null;
        RpcMethod? method = null;
        RequestId id = default;
        ReadOnlyMemory<byte>? arguments = null, result = null, error = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A message is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
                version = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("method"u8))
                (method, name) = ReadMethod(ref reader);
            else if (reader.ValueTextEquals("id"u8))
                id = ReadId(ref reader);
            else if (reader.ValueTextEquals("params"u8))
                arguments = JsonValues.Raw(ref reader, json);
            else if (reader.ValueTextEquals("result"u8))
                result = JsonValues.Raw(ref reader, json);
            else if (reader.ValueTextEquals("error"u8))
                error = JsonValues.Raw(ref reader, json);
            else
                JsonValues.Skip(ref reader);
        }
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            throw new JsonException("A message does not end with its object.");
        JsonRpcMessage message =
            name is not null ? new ReceivedRequest(ReadArguments(method, name, arguments)) { Method = name, RequestId = id }
            : result is { } value ? new ReceivedResult(value) { RequestId = id }
            : error is { } problem ? new JsonRpcError { RequestId = id, Error = ReadError(problem.Span) }
            : throw new JsonException("A message is neither a request nor an answer.");
        message.Version = version ?? "1.0";
        return message;
    }

    public void Serialize(IBufferWriter<byte> bufferWriter, JsonRpcMessage message)
    {
        _writer.Reset(bufferWriter);
        _writer.WriteStartObject();
        _writer.WriteString("jsonrpc"u8, "2.0"u8);
        switch (message)
        {
            case JsonRpcRequest request:
                WriteId(request.RequestId);
                _writer.WriteString("method"u8, request.Method);
                WriteArguments(request);
                break;
            case JsonRpcResult result:
                WriteId(result.RequestId);
                _writer.WritePropertyName("result"u8);
                MessageJson.Write(_writer, result.Result);
                break;
            case JsonRpcError { Error: { } error } answer:
                WriteId(answer.RequestId);
                _writer.WriteStartObject("error"u8);
                _writer.WriteNumber("code"u8, (int)error.Code);
                _writer.WriteString("message"u8, error.Message);
                _writer.WriteEndObject();
                break;
            default:
                throw new NotSupportedException($"{message.GetType()} is no message of this protocol.");
        }
        _writer.WriteEndObject();
        _writer.Flush();
    }

    /// <summary>For traces, which are off.</summary>
    public object GetJsonText(JsonRpcMessage message) => throw new NotSupportedException();

    private void WriteArguments(JsonRpcRequest request)
    {
        _writer.WriteStartArray("params"u8);
        foreach (object? argument in request.ArgumentsList ?? [])
            MessageJson.Write(_writer, argument);
        _writer.WriteEndArray();
    }

    private void WriteId(RequestId id)
    {
        if (id.Number is { } number)
            _writer.WriteNumber("id"u8, number);
        else if (id.String is { } text)
            _writer.WriteString("id"u8, text);
        else if (id.IsNull)
            _writer.WriteNull("id"u8);
    }

    private (RpcMethod? Method, string Name) ReadMethod(ref Utf8JsonReader reader)
    {
        reader.Read();
        JsonValues.Expect(reader.TokenType == JsonTokenType.String, "the name of a method");
        RpcMethod? method = serves.Find(ref reader);
        return (method, method?.Name ?? reader.GetString()!);
    }

    private object?[] ReadArguments(RpcMethod? method, string name, ReadOnlyMemory<byte>? json)
    {
        if (json is { } given && given.Span[0] is not ((byte)'[' or (byte)'{'))
            throw new JsonException("The parameters of a request are neither an array nor an object.");
        if (method is null)
        {
            complain?.Invoke(PeerText.OneLine($"a call of \"{name}\", which there is not"));
            return [];
        }
        try
        {
            return method.Read(json ?? s_noArguments);
        }
        catch (InvalidDataException error) when (goesOn)
        {
            complain?.Invoke(PeerText.OneLine(error.Message));
            return [];
        }
    }

    private static RequestId ReadId(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Number => new RequestId(reader.GetInt64()),
            JsonTokenType.String => new RequestId(reader.GetString()),
            JsonTokenType.Null => RequestId.Null,
            _ => throw new JsonException("The id of a message is no number, text or null."),
        };
    }

    private static JsonRpcError.ErrorDetail ReadError(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, s_readerOptions);
        var detail = new JsonRpcError.ErrorDetail { Message = "" };
        JsonValues.StartObject(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("code"u8))
                detail.Code = (JsonRpcErrorCode)JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("message"u8))
                detail.Message = JsonValues.String(ref reader);
            else
                JsonValues.Skip(ref reader);
        }
        return detail;
    }

    /// <summary>An answer. It is read once its type is known.</summary>
    private sealed class ReceivedResult(ReadOnlyMemory<byte> json) : JsonRpcResult
    {
        public override T GetResult<T>() => (T)MessageJson.Read(json, typeof(T), orNull: true)!;
    }

    /// <summary>A call, with its arguments.</summary>
    private sealed class ReceivedRequest(object?[] arguments) : JsonRpcRequest
    {
        public override int ArgumentCount => arguments.Length;

        public override bool TryGetArgumentByNameOrIndex(string? name, int position, Type? typeHint, out object? value)
        {
            bool isThere = position >= 0 && position < arguments.Length;
            value = isThere ? arguments[position] : null;
            return isThere;
        }
    }
}
