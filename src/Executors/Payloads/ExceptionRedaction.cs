using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Payloads;

/// <summary>The user's method that replaces values of exceptions before they travel. It stands among the converters, because the JSON
/// options reach every worker, and converts nothing itself.</summary>
internal sealed class ExceptionRedaction(Func<Exception, string, object?, object?> redact) : JsonConverter<ExceptionRedaction>
{
    /// <summary>The one that the options have, or null.</summary>
    public static ExceptionRedaction? In(JsonSerializerOptions options)
    {
        foreach (JsonConverter converter in options.Converters)
        {
            if (converter is ExceptionRedaction redaction)
                return redaction;
        }
        return null;
    }

    public object? Redact(Exception exception, string name, object? value) => redact(exception, name, value);

    public override ExceptionRedaction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, ExceptionRedaction value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
