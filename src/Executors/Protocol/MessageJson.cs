using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Offloop.Protocol;

/// <summary>The JSON of what messages carry. <see cref="RunBatch"/> and <see cref="WorkerReport"/>, which every task needs, and a worker's first message are read
/// and written by hand: it is several times as fast, and nothing has to be compiled for it when a worker starts. The rest is the serializer's.</summary>
internal static class MessageJson
{
    private static readonly JsonReaderOptions s_readerOptions = new() { MaxDepth = MessageFormatter.MaxDepth };

    private static JsonSerializerOptions Options => field ??= new JsonSerializerOptions(ProtocolJson.Default.Options)
    {
        MaxDepth = MessageFormatter.MaxDepth,
        RespectNullableAnnotations = true, // a peer's null where there must be something is a bad message
    };

    /// <summary>Throws whatever the reader throws where the bytes are no such value.</summary>
    public static object? Read(ReadOnlyMemory<byte> json, Type type)
    {
        var reader = new Utf8JsonReader(json.Span, s_readerOptions);
        if (type == typeof(RunBatch))
            return RunJson.Read(ref reader, json);
        if (type == typeof(WorkerReport))
            return ReportJson.Read(ref reader, json);
        if (type == typeof(int))
            return JsonValues.Int32(ref reader);
        if (type == typeof(ReadyMessage))
            return ReadReady(ref reader);
        return type == typeof(object) ? null : JsonSerializer.Deserialize(json.Span, Options.GetTypeInfo(type));
    }

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case RunBatch batch:
                RunJson.Write(writer, batch);
                break;
            case WorkerReport report:
                ReportJson.Write(writer, report);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case ReadyMessage ready:
                writer.WriteStartObject();
                writer.WriteNumber("protocolVersion"u8, ready.ProtocolVersion);
                writer.WriteNumber("processId"u8, ready.ProcessId);
                writer.WriteEndObject();
                break;
            default:
                JsonSerializer.Serialize(writer, value, Options.GetTypeInfo(value.GetType()));
                break;
        }
    }

    /// <summary>Reads a part of a message with the serializer; begins on the name and ends on the last token.</summary>
    public static T? Part<T>(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    /// <summary>Writes a part of a message with the serializer.</summary>
    public static void WritePart<T>(Utf8JsonWriter writer, T value) => JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    private static ReadyMessage ReadReady(ref Utf8JsonReader reader)
    {
        int version = 0, process = 0;
        JsonValues.StartObject(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("protocolVersion"u8))
                version = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("processId"u8))
                process = JsonValues.Int32(ref reader);
            else
                JsonValues.Skip(ref reader);
        }
        return new ReadyMessage(version, process);
    }
}
