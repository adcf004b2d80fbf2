using System.Text.Json;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <summary>The JSON of a <see cref="WorkerReport"/>.</summary>
internal static class ReportJson
{
    public static WorkerReport Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        List<FinishedTask> finished = [];
        List<int> givenBack = [];
        int started = 0;
        JsonValues.StartObject(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("finished"u8))
            {
                JsonValues.StartArray(ref reader);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    finished.Add(ReadFinished(ref reader, json));
            }
            else if (reader.ValueTextEquals("givenBack"u8))
            {
                JsonValues.StartArray(ref reader);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    givenBack.Add(reader.GetInt32());
            }
            else if (reader.ValueTextEquals("started"u8))
            {
                started = JsonValues.Int32(ref reader);
            }
            else
            {
                JsonValues.Skip(ref reader);
            }
        }
        return new WorkerReport { Finished = [.. finished], GivenBack = [.. givenBack], Started = started };
    }

    public static void Write(Utf8JsonWriter writer, WorkerReport report)
    {
        writer.WriteStartObject();
        if (report.Finished.Length > 0)
        {
            writer.WriteStartArray("finished"u8);
            foreach (FinishedTask finished in report.Finished)
                Write(writer, finished);
            writer.WriteEndArray();
        }
        if (report.GivenBack.Length > 0)
        {
            writer.WriteStartArray("givenBack"u8);
            foreach (int sequence in report.GivenBack)
                writer.WriteNumberValue(sequence);
            writer.WriteEndArray();
        }
        if (report.Started != 0)
            writer.WriteNumber("started"u8, report.Started);
        writer.WriteEndObject();
    }

    private static FinishedTask ReadFinished(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int? sequence = null, kind = null;
        long microseconds = 0;
        PayloadRef result = default;
        ExceptionEnvelope? error = null;
        JsonValues.Expect(reader.TokenType == JsonTokenType.StartObject, "the end of a task");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("sequence"u8))
                sequence = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("kind"u8))
                kind = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("result"u8))
                result = PayloadRef.Read(ref reader, json);
            else if (reader.ValueTextEquals("microseconds"u8))
                microseconds = JsonValues.Int64(ref reader);
            else if (reader.ValueTextEquals("error"u8))
                error = MessageJson.Part<ExceptionEnvelope>(ref reader);
            else
                JsonValues.Skip(ref reader);
        }
        return new FinishedTask
        {
            Sequence = sequence ?? throw new JsonException("The end of a task has no sequence."),
            Kind = (FinishKind)(kind ?? throw new JsonException("The end of a task has no kind.")),
            Result = result,
            Microseconds = microseconds,
            Error = error,
        };
    }

    private static void Write(Utf8JsonWriter writer, FinishedTask finished)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence"u8, finished.Sequence);
        writer.WriteNumber("kind"u8, (int)finished.Kind);
        writer.WritePropertyName("result"u8);
        finished.Result.Write(writer);
        writer.WriteNumber("microseconds"u8, finished.Microseconds);
        if (finished.Error is { } error)
        {
            writer.WritePropertyName("error"u8);
            MessageJson.WritePart(writer, error);
        }
        writer.WriteEndObject();
    }
}
