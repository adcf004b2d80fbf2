using System.Text.Json;
using Offloop.Protocol;

namespace Offloop.Invocation;

/// <summary>What kind of bytes a payload is.</summary>
internal enum PayloadKind : byte
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary>JSON of the declared type, in UTF-8.</summary>
    Json,

    /// <summary>The bytes themselves, of a <c>byte[]</c> or a <c>ReadOnlyMemory&lt;byte&gt;</c>.</summary>
    Raw,
}

/// <summary>A serialised argument or result.</summary>
internal readonly record struct Payload(PayloadKind Kind, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Serialises <paramref name="value"/>. Throws <see cref="PayloadException"/>, never anything else.</summary>
    public static Payload Write<T>(T value, string role)
    {
        if (typeof(T) == typeof(Unit))
            return default;
        if (value is byte[] array && typeof(T) == typeof(byte[]))
            return new Payload(PayloadKind.Raw, array);
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
            return new Payload(PayloadKind.Raw, (ReadOnlyMemory<byte>)(object)value!);
        try
        {
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, PayloadJson.Options);
            if (json.Length <= PayloadRef.MaxInlineBytes)
                RequireWhole(json);
            return new Payload(PayloadKind.Json, json);
        }
        catch (Exception error) // whatever a user's property or converter throws, or a value too large for the memory, is this value's fault alone
        {
            throw new PayloadException($"The {role} of type {TypeNames.Of(typeof(T))} could not be written: {error.Message}", error);
        }
    }

    /// <summary>Deserialises a value. Throws <see cref="PayloadException"/>, never anything else.</summary>
    public static T Read<T>(Payload payload, string role)
    {
        try
        {
            return payload.Kind switch
            {
                PayloadKind.None when typeof(T) == typeof(Unit) => default!,
                PayloadKind.Raw when typeof(T) == typeof(byte[]) => (T)(object)Array(payload.Bytes),
                PayloadKind.Raw when typeof(T) == typeof(ReadOnlyMemory<byte>) => (T)(object)payload.Bytes,
                PayloadKind.Json => JsonSerializer.Deserialize<T>(payload.Bytes.Span, PayloadJson.Options)!,
                _ => throw new JsonException($"{payload.Kind} bytes are no {TypeNames.Of(typeof(T))}."),
            };
        }
        catch (Exception error) // as above
        {
            throw new PayloadException($"The {role} of type {TypeNames.Of(typeof(T))} could not be read: {error.Message}", error);
        }
    }

    /// <summary>A user's converter may write raw text, which may be no JSON, or nest deeper than a message may: it would break the message around it.</summary>
    private static void RequireWhole(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = PayloadJson.MaxDepth });
        while (reader.Read())
        {
        }
    }

    /// <summary>The payload itself. Throws <see cref="PayloadException"/> when it is longer than the other side would take.</summary>
    public Payload Within(long maxBytes, string role) => Bytes.Length <= maxBytes
        ? this
        : throw new PayloadException(
            $"The {role} has {Bytes.Length} bytes, more than the MaxMessageBytes of {maxBytes}; pass a path or less data, or raise the limit.");

    /// <summary>The value as another process would get it.</summary>
    public static T RoundTrip<T>(T value, string role)
    {
        Payload payload = Write(value, role);
        // Raw bytes are the caller's own array; a pipe would have copied them.
        return Read<T>(payload.Kind == PayloadKind.Raw ? payload with { Bytes = payload.Bytes.ToArray() } : payload, role);
    }

    /// <summary>A received payload is an array of its own already; only a slice of one has to be copied.</summary>
    private static byte[] Array(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment)
        && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();
}

/// <summary>A payload could not be written or read. Internal: callers see an <see cref="ExecutorException"/> with the cause <see cref="FailureCause.Payload"/>.</summary>
internal sealed class PayloadException(string message, Exception? innerException = null) : Exception(message, innerException);
