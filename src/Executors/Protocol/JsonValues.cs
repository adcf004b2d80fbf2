using System.Text.Json;

namespace Offloop.Protocol;

/// <summary>Reads the values of members: each method begins on the name and ends on the last token of the value. They throw
/// <see cref="JsonException"/>, <see cref="FormatException"/> or <see cref="InvalidOperationException"/>.</summary>
internal static class JsonValues
{
    public static int Int32(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt32();
    }

    public static long Int64(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt64();
    }

    public static bool Boolean(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetBoolean();
    }

    public static Guid Guid(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetGuid();
    }

    /// <summary>Bytes, in base64.</summary>
    public static byte[] Bytes(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetBytesFromBase64();
    }

    /// <summary>A text that must be one.</summary>
    public static string String(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString() ?? throw new JsonException("A text is null.");
    }

    /// <summary>A text or null.</summary>
    public static string? StringOrNull(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    public static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Steps to the array or object that a value must be, or to null: false.</summary>
    public static bool IsNull(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null;
    }

    /// <summary>Steps onto the start of an object.</summary>
    public static void StartObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartObject, "an object");
    }

    /// <summary>Steps onto the start of an array.</summary>
    public static void StartArray(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartArray, "an array");
    }

    public static void Expect(bool condition, string what)
    {
        if (!condition)
            throw new JsonException($"A message has something else where {what} is expected.");
    }

    /// <summary>The value as it stands in <paramref name="json"/>, which is what the reader reads.</summary>
    public static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        return RawHere(ref reader, json);
    }

    /// <summary>The same of the value on which the reader stands.</summary>
    public static ReadOnlyMemory<byte> RawHere(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
