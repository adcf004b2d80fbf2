using System.Text.Json;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <summary>A payload as a message mentions it. A small one is part of the message; a large one travels on the data pipe
/// under a <see cref="FrameKey"/>.</summary>
internal readonly record struct PayloadRef(PayloadKind Kind, bool IsOnDataPipe, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Larger payloads go by the data pipe, so that cancellations and heartbeats never wait behind them.</summary>
    public const int MaxInlineBytes = Payload.MaxInlineBytes;

    public static PayloadRef Inline(Payload payload) => new(payload.Kind, IsOnDataPipe: false, payload.Bytes);

    public static PayloadRef OnDataPipe(PayloadKind kind) => new(kind, IsOnDataPipe: true, default);

    /// <summary>Sends the payload ahead on the data pipe if it is large, and returns how the message mentions it.</summary>
    public static async ValueTask<PayloadRef> SendAsync(Payload payload, FrameKey key, DataPipe pipe)
    {
        if (payload.Bytes.Length <= MaxInlineBytes)
            return Inline(payload);
        await pipe.SendAsync(key, payload.Bytes).ConfigureAwait(false);
        return OnDataPipe(payload.Kind);
    }

    /// <summary>Returns the payload, and waits for it if it comes by the data pipe.</summary>
    public async ValueTask<Payload> ReceiveAsync(FrameKey key, DataPipe pipe) =>
        new(Kind, IsOnDataPipe ? await pipe.ReceiveAsync(key).ConfigureAwait(false) : Bytes);

    /// <summary>Begins on the first token of the value and ends on its last. The value is an array: [0] is nothing, [kind] is on the data
    /// pipe, and [kind, value] is in the message, with JSON as it is and raw bytes in base64. JSON refers to <paramref name="json"/>,
    /// which is what the reader reads.</summary>
    public static PayloadRef Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray);
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.Number);
        var kind = (PayloadKind)reader.GetByte();
        reader.Read();
        PayloadRef payload = kind switch
        {
            PayloadKind.None => default,
            PayloadKind.Raw or PayloadKind.Json when reader.TokenType == JsonTokenType.EndArray => OnDataPipe(kind),
            PayloadKind.Raw => Inline(new Payload(kind, reader.GetBytesFromBase64())),
            PayloadKind.Json => Inline(new Payload(kind, JsonValues.RawHere(ref reader, json))),
            _ => throw new JsonException($"A payload has the unknown kind {kind}."),
        };
        // After a value the reader stands on its last token, which is also the end of an array if the value is an array.
        if (payload is { Kind: not PayloadKind.None, IsOnDataPipe: false })
            reader.Read();
        Expect(reader.TokenType == JsonTokenType.EndArray);
        return payload;
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue((byte)Kind);
        if (!IsOnDataPipe && Kind == PayloadKind.Json)
            writer.WriteRawValue(Bytes.Span, skipInputValidation: true);
        else if (!IsOnDataPipe && Kind == PayloadKind.Raw)
            writer.WriteBase64StringValue(Bytes.Span);
        writer.WriteEndArray();
    }

    private static void Expect(bool condition)
    {
        if (!condition)
            throw new JsonException("A payload is not an array that begins with its kind.");
    }
}
