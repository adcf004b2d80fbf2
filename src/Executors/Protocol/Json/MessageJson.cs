using System.Text.Json;

namespace Offloop.Protocol;

/// <summary>Reads and writes what messages carry: a message of <see cref="MessageTables"/>, a number, or null.</summary>
internal static class MessageJson
{
    /// <summary>Reads a value. Throws whatever the reader throws if the bytes do not hold one.</summary>
    /// <param name="json">The value.</param>
    /// <param name="type">The type of the message, or <see cref="int"/>. If it is <see cref="object"/>, nothing is read.</param>
    /// <param name="orNull">Whether null may stand in place of a message.</param>
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

    /// <summary>Writes a message as one line, with its end.</summary>
    public static byte[] WriteLine(object message)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
            Write(writer, message);
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    /// <summary>Reads the message of a line; null if the line is not one.</summary>
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
