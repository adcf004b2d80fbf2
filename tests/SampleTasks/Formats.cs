using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.SampleTasks;

/// <summary>A value that the default JSON would lose, because it can be written but not created again.</summary>
public sealed class Temperature
{
    private Temperature(double kelvin) => Kelvin = kelvin;

    public double Kelvin { get; }

    public static Temperature FromKelvin(double kelvin) => new(kelvin);
}

public sealed class TemperatureConverter : JsonConverter<Temperature>
{
    public override Temperature Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Temperature.FromKelvin(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, Temperature value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteNumberValue(value.Kelvin);
    }
}

[JsonSerializable(typeof(Point))]
[JsonSerializable(typeof(Base))]
public sealed partial class FormatsJson : JsonSerializerContext;

/// <summary>Methods for <c>JsonOptions</c>, and tasks whose payloads need them.</summary>
public static class Formats
{
    private static Temperature? s_initial;

    public static void WithTemperature(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Converters.Add(new TemperatureConverter());
        options.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper;
    }

    public static void Generated(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.TypeInfoResolver = FormatsJson.Default;
        options.MaxDepth = 1_000;
    }

    /// <summary>Keeps secrets of exceptions back, and throws at a value that it does not expect.</summary>
    public static void Discreet(JsonSerializerOptions options) =>
        options.RedactExceptions(static (exception, name, value) => name switch
        {
            "Password" or "token" => "***",
            "surprise" => throw new InvalidOperationException("what is this?"),
            _ => value,
        });

    public static void Relaxed(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    public static void Failing(JsonSerializerOptions options) => throw new InvalidOperationException("there is no such format");

    /// <summary>Fails in workers alone.</summary>
    public static void FailingElsewhere(JsonSerializerOptions options)
    {
        if (Environment.GetCommandLineArgs()[0].EndsWith("Offloop.WorkerHost.dll", StringComparison.Ordinal))
            throw new InvalidOperationException("there is no such format here");
    }

    public static void Start(Temperature initial) => s_initial = initial;

    public static Temperature Started() => s_initial!;

    public static Temperature Warmer((Temperature From, double By) order) => Temperature.FromKelvin(order.From.Kelvin + order.By);

    public static IEnumerable<Temperature> Rising(int count) =>
        Enumerable.Range(1, count).Select(static kelvin => Temperature.FromKelvin(kelvin));

    public static void ReportOne(Temperature value, TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Report(value);
    }
}
