using System.Buffers;
using System.Text.Json;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Offloop.Protocol;

/// <summary>Reads and writes JSON-RPC 2.0 messages for StreamJsonRpc. Its own System.Text.Json formatter parses each message into a document and then each argument by
/// the serializer, which was half of the cost of a short task and a third of a worker's start; here a message is read once, in place, by the tables
/// of its fields (<see cref="MessageTables"/>). Not thread-safe; a handler calls it for one message at a time.</summary>
internal sealed class MessageFormatter : IJsonRpcMessageFormatter
{
    private static readonly JsonReaderOptions s_readerOptions = new() { MaxDepth = MaxDepth };

    private readonly Utf8JsonWriter _writer = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>What was wrong with the last argument that could not be read; StreamJsonRpc does not tell.</summary>
    public Exception? Misread { get; private set; }

    /// <summary>How deep a message may nest.</summary>
    public const int MaxDepth = 64;

    /// <summary>Throws <see cref="JsonException"/> or what else the reader throws when this is no message.</summary>
    public JsonRpcMessage Deserialize(ReadOnlySequence<byte> contentBuffer)
    {
        ReadOnlyMemory<byte> json = contentBuffer.IsSingleSegment ? contentBuffer.First : contentBuffer.ToArray();
        var reader = new Utf8JsonReader(json.Span, s_readerOptions);
        string? version = null, method = null;
        RequestId id = default;
        ReadOnlyMemory<byte>? arguments = null, result = null, error = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A message is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
                version = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("method"u8))
                method = JsonValues.String(ref reader);
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
            method is not null ? new ReceivedRequest(this, arguments) { Method = method, RequestId = id }
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

    /// <summary>An answer, read when it is known what it should be.</summary>
    private sealed class ReceivedResult(ReadOnlyMemory<byte> json) : JsonRpcResult
    {
        public override T GetResult<T>() => (T)MessageJson.Read(json, typeof(T), orNull: true)!;
    }

    /// <summary>A request, whose arguments are read when its method is known.</summary>
    private sealed class ReceivedRequest : JsonRpcRequest
    {
        private readonly List<(string? Name, ReadOnlyMemory<byte> Json)> _arguments = [];
        private readonly MessageFormatter _formatter;

        public ReceivedRequest(MessageFormatter formatter, ReadOnlyMemory<byte>? arguments)
        {
            _formatter = formatter;
            if (arguments is not { } json)
                return;
            var reader = new Utf8JsonReader(json.Span, s_readerOptions);
            reader.Read();
            bool isNamed = reader.TokenType == JsonTokenType.StartObject;
            if (!isNamed && reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("The parameters of a request are neither an array nor an object.");
            while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
            {
                string? name = isNamed ? reader.GetString() : null;
                _arguments.Add((name, isNamed ? JsonValues.Raw(ref reader, json) : JsonValues.RawHere(ref reader, json)));
            }
        }

        public override int ArgumentCount => _arguments.Count;

        public override bool TryGetArgumentByNameOrIndex(string? name, int position, Type? typeHint, out object? value)
        {
            value = null;
            int index = _arguments.FindIndex(argument => argument.Name is not null && argument.Name == name);
            if (index < 0)
                index = position;
            if (index < 0 || index >= _arguments.Count || (_arguments[index].Name is { } given && given != name))
                return false;
            try
            {
                value = MessageJson.Read(_arguments[index].Json, typeHint!);
                return true;
            }
            catch (Exception error) // the reader throws whatever it meets, and StreamJsonRpc answers with it
            {
                _formatter.Misread = error;
                throw new RpcArgumentDeserializationException(name, position, typeHint, error);
            }
        }
    }
}
