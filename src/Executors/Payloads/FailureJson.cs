using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Offloop.Payloads;

namespace Offloop;

/// <summary>Writes an exception as JSON for programs that read it: log pipelines, dashboards, test reports. <c>docs/failure-json.md</c>
/// describes the shape. Values that could be written without losing data are there; others are named. Sizes are bounded: at most 32
/// exceptions with 64 KiB of text. Thread-safe.</summary>
public static class FailureJson
{
    private static readonly JsonSerializerOptions s_values = PayloadJson.Create(configure: null);

    /// <summary>Returns the exception as a JSON object.</summary>
    /// <param name="exception">The exception.</param>
    public static string Write(Exception exception)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, exception);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the exception as a JSON object.</summary>
    /// <param name="writer">The writer, at a place where a value may stand. It is not flushed.</param>
    /// <param name="exception">The exception. Nothing that its members throw comes out.</param>
    public static void Write(Utf8JsonWriter writer, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(exception);
        Write(writer, ExceptionEnvelope.From(exception, s_values), exception);
    }

    private static void Write(Utf8JsonWriter writer, ExceptionEnvelope facts, Exception? exception)
    {
        var remote = exception as RemoteTaskException;
        writer.WriteStartObject();
        writer.WriteString("type"u8, remote?.RemoteTypeName ?? facts.Type);
        writer.WriteString("message"u8, facts.Message);
        if (facts.HResult != 0)
            writer.WriteNumber("hResult"u8, facts.HResult);
        WriteText(writer, "stackTrace"u8, remote?.RemoteStackTrace is { Length: > 0 } there ? there : facts.StackTrace);
        WriteObject(writer, "properties"u8, remote?.RemoteProperties ?? WithoutFailure(facts.Properties));
        if (remote is null && facts.LostProperties.Length > 0)
        {
            writer.WriteStartArray("lostProperties"u8);
            Array.ForEach(facts.LostProperties, writer.WriteStringValue);
            writer.WriteEndArray();
        }
        WriteObject(writer, "data"u8, facts.Data);
        if (FailureOf(exception) is { } failure)
        {
            writer.WritePropertyName("failure"u8);
            JsonSerializer.Serialize(writer, failure, FailureContext.Default.TaskFailure);
        }
        if (facts.Inner.Length > 0)
        {
            Exception[] causes = exception is AggregateException all ? [.. all.InnerExceptions] : [exception?.InnerException!];
            writer.WriteStartArray("inner"u8);
            for (int i = 0; i < facts.Inner.Length; i++)
                Write(writer, facts.Inner[i], i < causes.Length && facts.Inner[i].Type != ExceptionEnvelope.CutType ? causes[i] : null);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static TaskFailure? FailureOf(Exception? exception) => exception switch
    {
        RemoteTaskException => null, // the task's own exception
        ExecutorException ours => ours.Failure,
        TaskTimeoutException ours => ours.Failure,
        _ => null,
    };

    /// <summary>The facts of an executor's exception stand apart.</summary>
    private static string? WithoutFailure(string? properties)
    {
        if (properties is null or "{}")
            return null;
        Dictionary<string, string> values = ExceptionValues.Split(properties);
        return values.Remove(nameof(ExecutorException.Failure)) ? ExceptionValues.Join(values) : properties;
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string text)
    {
        if (text.Length > 0)
            writer.WriteString(name, text);
    }

    private static void WriteObject(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? json)
    {
        if (json is null or "{}")
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(json);
    }
}

/// <summary>The JSON of the facts: camelCase, enums by name, without what is not known.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(TaskFailure))]
internal sealed partial class FailureContext : JsonSerializerContext;
