using System.Text.Json;

namespace Offloop.Protocol;

/// <summary>The JSON of a <see cref="LaunchMessage"/>, by hand as that of <see cref="MessageJson"/>: it is the first thing that a worker does.</summary>
internal static class LaunchJson
{
    /// <summary>The message as one line, with its end.</summary>
    public static byte[] Write(LaunchMessage message)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, message.Version);
            writer.WriteNumber("workerId"u8, message.WorkerId);
            writer.WriteNumber("coordinatorProcessId"u8, message.CoordinatorProcessId);
            writer.WriteString("controlPipe"u8, message.ControlPipe);
            writer.WriteString("dataPipe"u8, message.DataPipe);
            writer.WriteString("startMarkFile"u8, message.StartMarkFile);
            writer.WriteBase64String("serverSecret"u8, message.ServerSecret);
            writer.WriteBase64String("workerSecret"u8, message.WorkerSecret);
            writer.WriteNumber("maxMessageBytes"u8, message.MaxMessageBytes);
            writer.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    /// <summary>The message, or null where the line is none.</summary>
    public static LaunchMessage? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return Read(ref reader);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static LaunchMessage Read(ref Utf8JsonReader reader)
    {
        int? version = null, worker = null, coordinator = null;
        long? maxBytes = null;
        string? control = null, data = null, mark = null;
        byte[]? serverSecret = null, workerSecret = null;
        JsonValues.StartObject(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("version"u8))
                version = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("workerId"u8))
                worker = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("coordinatorProcessId"u8))
                coordinator = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("controlPipe"u8))
                control = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("dataPipe"u8))
                data = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("startMarkFile"u8))
                mark = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("serverSecret"u8))
                serverSecret = JsonValues.Bytes(ref reader);
            else if (reader.ValueTextEquals("workerSecret"u8))
                workerSecret = JsonValues.Bytes(ref reader);
            else if (reader.ValueTextEquals("maxMessageBytes"u8))
                maxBytes = JsonValues.Int64(ref reader);
            else
                JsonValues.Skip(ref reader);
        }
        return new LaunchMessage
        {
            Version = version ?? throw Missing("version"),
            WorkerId = worker ?? throw Missing("workerId"),
            CoordinatorProcessId = coordinator ?? throw Missing("coordinatorProcessId"),
            ControlPipe = control ?? throw Missing("controlPipe"),
            DataPipe = data ?? throw Missing("dataPipe"),
            StartMarkFile = mark ?? throw Missing("startMarkFile"),
            ServerSecret = serverSecret ?? throw Missing("serverSecret"),
            WorkerSecret = workerSecret ?? throw Missing("workerSecret"),
            MaxMessageBytes = maxBytes ?? throw Missing("maxMessageBytes"),
        };
    }

    private static JsonException Missing(string member) => new($"A launch message has no {member}.");
}
