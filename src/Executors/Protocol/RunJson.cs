using System.Text.Json;
using Offloop.Invocation;

namespace Offloop.Protocol;

/// <summary>The JSON of a <see cref="RunBatch"/>.</summary>
internal static class RunJson
{
    public static RunBatch Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        RunRequest[]? items = null;
        JsonValues.StartObject(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("items"u8))
                items = ReadItems(ref reader, json);
            else
                JsonValues.Skip(ref reader);
        }
        return new RunBatch(items ?? throw new JsonException("A batch has no items."));
    }

    public static void Write(Utf8JsonWriter writer, RunBatch batch)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        foreach (RunRequest request in batch.Items)
            Write(writer, request);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static RunRequest[] ReadItems(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        List<RunRequest> items = [];
        JsonValues.StartArray(ref reader);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadRequest(ref reader, json));
        return [.. items];
    }

    private static RunRequest ReadRequest(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int? sequence = null, method = null, attempt = null, credit = null;
        long? task = null;
        bool reportStart = false;
        string? progress = null;
        MethodIdentity? definition = null;
        PayloadRef? argument = null;
        JsonValues.Expect(reader.TokenType == JsonTokenType.StartObject, "a request");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("sequence"u8))
                sequence = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("method"u8))
                method = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("taskId"u8))
                task = JsonValues.Int64(ref reader);
            else if (reader.ValueTextEquals("attempt"u8))
                attempt = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("argument"u8))
                argument = PayloadRef.Read(ref reader, json);
            else if (reader.ValueTextEquals("reportStart"u8))
                reportStart = JsonValues.Boolean(ref reader);
            else if (reader.ValueTextEquals("definition"u8))
                definition = IdentityJson.Read(ref reader);
            else if (reader.ValueTextEquals("progressType"u8))
                progress = JsonValues.StringOrNull(ref reader);
            else if (reader.ValueTextEquals("credit"u8))
                credit = JsonValues.IsNull(ref reader) ? null : reader.GetInt32();
            else
                JsonValues.Skip(ref reader);
        }
        return new RunRequest
        {
            Sequence = sequence ?? throw Missing("sequence"),
            Method = method ?? throw Missing("method"),
            Definition = definition,
            TaskId = task ?? throw Missing("taskId"),
            Attempt = attempt ?? throw Missing("attempt"),
            ReportStart = reportStart,
            ProgressType = progress,
            Credit = credit,
            Argument = argument ?? throw Missing("argument"),
        };
    }

    private static void Write(Utf8JsonWriter writer, RunRequest request)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence"u8, request.Sequence);
        writer.WriteNumber("method"u8, request.Method);
        if (request.Definition is { } definition)
        {
            writer.WritePropertyName("definition"u8);
            IdentityJson.Write(writer, definition);
        }
        writer.WriteNumber("taskId"u8, request.TaskId);
        writer.WriteNumber("attempt"u8, request.Attempt);
        if (request.ReportStart)
            writer.WriteBoolean("reportStart"u8, true);
        if (request.ProgressType is { } progress)
            writer.WriteString("progressType"u8, progress);
        if (request.Credit is { } credit)
            writer.WriteNumber("credit"u8, credit);
        writer.WritePropertyName("argument"u8);
        request.Argument.Write(writer);
        writer.WriteEndObject();
    }

    private static JsonException Missing(string member) => new($"A request has no {member}.");
}
