using System.Text.Json;

namespace Offloop.Protocol;

/// <summary>The JSON of what messages carry: a message of <see cref="MessageTables"/>, a number, or null.</summary>
internal static class MessageJson
{
    /// <summary>Throws whatever the reader throws where the bytes are no such value.</summary>
    /// <param name="json">The value.</param>
    /// <param name="type">The type of the message; <see cref="int"/>; or <see cref="object"/>, of which nothing is read.</param>
    /// <param name="orNull">Whether there may be null in place of a message.</param>
    public static object? Read(ReadOnlyMemory<byte> json, Type type, bool orNull = false)
    {
        if (type == typeof(object))
            return null;
        var wire = new Wire(json);
        return type == typeof(int) ? wire.ReadInt32() : wire.Read(MessageTables.Of(type), orNull);
    }

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            default:
                new Wire(writer).Write(MessageTables.Of(value.GetType()), value);
                break;
        }
    }

    /// <summary>A message as one line, with its end.</summary>
    public static byte[] WriteLine(object message)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
            Write(writer, message);
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    /// <summary>The message of a line, or null if the line is none.</summary>
    public static T? ReadLine<T>(ReadOnlyMemory<byte> line)
        where T : class
    {
        try
        {
            return (T?)Read(line, typeof(T));
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }
}
