using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.SampleTasks;

/// <summary>A value whose JSON converter says over a socket that it was made, so a test hears of every process that makes the contract of
/// the type.</summary>
[JsonConverter(typeof(AnnouncedConverter))]
public sealed record Announced(int Value)
{
    /// <summary>The variable with the port of a <see cref="MeetingPoint"/>. Without it nothing is said.</summary>
    public const string Variable = "OFFLOOP_TEST_ANNOUNCE";

    /// <summary>The variable that makes a process end in place of making the converter.</summary>
    public const string Deadly = "OFFLOOP_TEST_DEADLY";

    public static Announced Same(Announced value) => value;
}

/// <inheritdoc cref="Announced"/>
public sealed class AnnouncedConverter : JsonConverter<Announced>
{
    public AnnouncedConverter()
    {
        if (Environment.GetEnvironmentVariable(Announced.Deadly) is not null)
            Environment.Exit(7);
        if (Environment.GetEnvironmentVariable(Announced.Variable) is { } port)
            Rendezvous.Arrive(new Meeting(int.Parse(port, CultureInfo.InvariantCulture))).Dispose();
    }

    public override Announced Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, Announced value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteNumberValue(value.Value);
    }
}
