using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.SampleTasks;

/// <summary>Tasks that return or measure their argument.</summary>
public static class PayloadTasks
{
    public static T Same<T>(T value) => value;

    public static long Length(byte[] bytes) => bytes.LongLength;

    public static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(7);
        return bytes;
    }

    public static int IntoUnreadable(Unreadable value) => value.Number;

    public static int IntoUnwritable(Unwritable value) => value.Number;

    public static Unwritable UnwritableOf(int number) => new() { Number = number };

    public static Unreadable UnreadableOf(int number) => new() { Number = number };

    public static Base DerivedAsBase(int number) => new Derived { Number = number, Extra = "lost" };

    public static int PortOf(SlowToWrite value) => value.Meeting.Port;

    public static Inner[] Nested(int depth)
    {
        Inner? inner = null;
        for (int i = 0; i < depth; i++)
            inner = new Inner(i, inner);
        return [inner!];
    }
}

public enum Colour
{
    Red,
    Green = 5,
}

public sealed record Point(int X, double Y);

public sealed record Inner(int Number, Inner? Next);

public sealed class Plain : IEquatable<Plain>
{
#pragma warning disable CA1051 // the type exists to show that fields travel too
    public int Field;
#pragma warning restore CA1051

    public required string Name { get; init; }

    public DateTimeOffset? When { get; set; }

    public bool Equals(Plain? other) => other is not null && (Field, Name, When) == (other.Field, other.Name, other.When);

    public override bool Equals(object? obj) => Equals(obj as Plain);

    public override int GetHashCode() => HashCode.Combine(Field, Name, When);
}

public class Base
{
    public int Number { get; set; }
}

public sealed class Derived : Base
{
    public string Extra { get; set; } = "";
}

[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
public abstract record Shape;

public sealed record Circle(double Radius) : Shape;

public sealed record Square(double Side) : Shape;

public sealed class GetOnly
{
    public int Lost { get; } = 1;
}

public sealed record HoldsObject(object Anything);

public sealed record HoldsCode(Action Callback);

/// <summary>Can be created and read, but writing it throws.</summary>
[JsonConverter(typeof(Converter))]
public sealed class Unwritable
{
    public int Number { get; init; }

    private sealed class Converter : JsonConverter<Unwritable>
    {
        public override Unwritable Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new() { Number = reader.GetInt32() };

        public override void Write(Utf8JsonWriter writer, Unwritable value, JsonSerializerOptions options) =>
            throw new NotSupportedException("not to be written");
    }
}

/// <summary>Can be created and written, but reading it throws.</summary>
[JsonConverter(typeof(Converter))]
public sealed class Unreadable
{
    public int Number { get; init; }

    private sealed class Converter : JsonConverter<Unreadable>
    {
        public override Unreadable Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("not to be read");

        public override void Write(Utf8JsonWriter writer, Unreadable value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Number);
    }
}

/// <summary>Writing it announces itself at the meeting point and waits there to be let go, as if there were a lot to write.</summary>
[JsonConverter(typeof(Converter))]
public sealed class SlowToWrite
{
    public required Meeting Meeting { get; init; }

    private sealed class Converter : JsonConverter<SlowToWrite>
    {
        public override SlowToWrite Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new() { Meeting = new Meeting(reader.GetInt32()) };

        public override void Write(Utf8JsonWriter writer, SlowToWrite value, JsonSerializerOptions options)
        {
            Rendezvous.Wait(value.Meeting);
            writer.WriteNumberValue(value.Meeting.Port);
        }
    }
}

/// <summary>An awaitable that the user has defined.</summary>
public sealed class Awaitable
{
    public System.Runtime.CompilerServices.TaskAwaiter GetAwaiter() => Task.CompletedTask.GetAwaiter();
}
