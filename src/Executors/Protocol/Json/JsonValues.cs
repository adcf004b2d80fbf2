using System.Text.Json;

namespace Offloop.Protocol;

/// <summary>Reads the values of members. Each method begins on the name and ends on the last token of the value. They throw
/// <see cref="JsonException"/>, <see cref="FormatException"/> or <see cref="InvalidOperationException"/>.</summary>
internal static class JsonValues
{
    public static int Int32(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt32();
    }

    /// <summary>Reads a text that must not be null.</summary>
    public static string String(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString() ?? throw new JsonException("A text is null.");
    }

    public static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Steps onto the start of an object.</summary>
    public static void StartObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartObject, "an object");
    }

    public static void Expect(bool condition, string what)
    {
        if (!condition)
            throw new JsonException($"A message has something else where {what} is expected.");
    }

    /// <summary>Returns the value as it stands in <paramref name="json"/>, which is what the reader reads.</summary>
    public static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        return RawHere(ref reader, json);
    }

    /// <summary>The same for the value on which the reader stands.</summary>
    public static ReadOnlyMemory<byte> RawHere(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
