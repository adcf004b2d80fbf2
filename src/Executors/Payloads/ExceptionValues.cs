using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Offloop.Payloads;

/// <summary>Reads the values of an exception that code filters on: its public properties and its <see cref="Exception.Data"/>. A user's
/// type may throw, or return more than a message can hold, so everything is guarded and bounded.</summary>
/// <param name="options">The JSON options of the payloads.</param>
/// <param name="redaction">Replaces values that must not travel; null replaces none.</param>
internal sealed class ExceptionValues(JsonSerializerOptions options, ExceptionRedaction? redaction = null)
{
    /// <summary>The key in <see cref="Exception.Data"/> under which the number of omitted entries is found.</summary>
    public const string CutKey = "(cut)";

    private const int MaxValues = 32;
    private const int MaxValueBytes = 4 << 10;

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_properties = new();

    // The members of Exception travel by themselves. A cancellation token or a task cannot leave its process, and no filter needs it.
    private static readonly HashSet<string> s_travelApart =
    [
        nameof(Exception.Message), nameof(Exception.StackTrace), nameof(Exception.InnerException), nameof(Exception.Data),
        nameof(Exception.HResult), nameof(Exception.Source), nameof(Exception.HelpLink), nameof(Exception.TargetSite),
        nameof(AggregateException.InnerExceptions), nameof(OperationCanceledException.CancellationToken),
        nameof(TaskCanceledException.Task),
    ];

    /// <summary>The public properties that an exception type adds. A type is looked at once.</summary>
    public static PropertyInfo[] PropertiesOf(Type type) => s_properties.GetOrAdd(type, static type =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.CanRead && property.GetIndexParameters().Length == 0
                && !s_travelApart.Contains(property.Name))
            .DistinctBy(static property => property.Name)
            .Take(MaxValues + 1),
    ]);

    /// <summary>Reads the public properties: those that can travel as JSON, and the names of those that cannot.</summary>
    public (Dictionary<string, string> Properties, string[] Lost) ReadProperties(Exception exception)
    {
        Dictionary<string, string> values = [];
        List<string> lost = [];
        foreach (PropertyInfo property in PropertiesOf(exception.GetType()))
        {
            if (values.Count < MaxValues && TryRead(property, exception) is { } json)
                values[property.Name] = json;
            else
                lost.Add(property.Name);
        }
        return (values, [.. lost]);
    }

    /// <summary>Reads <see cref="Exception.Data"/>: entries with a text as key and a value that can travel. An entry tells how many others
    /// there were.</summary>
    public Dictionary<string, string> ReadData(Exception exception)
    {
        Dictionary<string, string> values = [];
        int cut = 0;
        try
        {
            foreach (DictionaryEntry entry in exception.Data)
            {
                if (entry.Key is string key && values.Count < MaxValues && TryReadEntry(exception, key, entry.Value) is { } json)
                    values[key] = json;
                else
                    cut++;
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException) // a type may override Data
        {
            cut++;
        }
        if (cut > 0)
            values[CutKey] = JsonSerializer.Serialize($"and {cut} more", options);
        return values;
    }

    /// <summary>Joins values to one JSON object.</summary>
    public static string Join(Dictionary<string, string> values)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach ((string name, string json) in values)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(json);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Splits a JSON object into its values. Throws <see cref="JsonException"/> if the text is no object.</summary>
    public static Dictionary<string, string> Split(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("The values of an exception are no object.");
        Dictionary<string, string> values = [];
        foreach (JsonProperty value in document.RootElement.EnumerateObject())
            values[value.Name] = value.Value.GetRawText();
        return values;
    }

    /// <summary>Reads a value. Throws what the reader of its type throws.</summary>
    public object? Read(string json, Type type)
    {
        if (type != typeof(object))
            return JsonSerializer.Deserialize(json, type, options);
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement value = document.RootElement;
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
            JsonValueKind.Number when value.TryGetInt32(out int number) => number,
            JsonValueKind.Number when value.TryGetInt64(out long number) => number,
            JsonValueKind.Number => value.GetDouble(),
            _ => value.Clone(),
        };
    }

    private string? TryReadEntry(Exception exception, string key, object? value)
    {
        try
        {
            value = Redact(exception, key, value);
            return TryWrite(value, value?.GetType() ?? typeof(object));
        }
        catch (Exception error) when (error is not OutOfMemoryException) // the method is the user's: what it should have seen stays here
        {
            return null;
        }
    }

    private object? Redact(Exception exception, string name, object? value) =>
        redaction is null ? value : redaction.Redact(exception, name, value);

    private string? TryRead(PropertyInfo property, Exception exception)
    {
        try
        {
            object? value = Redact(exception, property.Name, property.GetValue(exception));
            if (value is null || property.PropertyType != typeof(object))
                return TryWrite(value, property.PropertyType);
            // Such a property holds anything, the actual value of an argument, say. Its text is what people read.
            return TryWrite(value, value.GetType()) ?? TryWrite(value.ToString(), typeof(string));
        }
        catch (Exception error) when (error is not OutOfMemoryException) // the getter is the user's
        {
            return null;
        }
    }

    /// <summary>A value as JSON; null if it cannot travel, or is too large.</summary>
    private string? TryWrite(object? value, Type type)
    {
        if (value is null)
            return "null";
        try
        {
            if (new PayloadContract(options).Examine(type) is not null)
                return null;
            var buffer = new BoundedBuffer(MaxValueBytes);
            using (var writer = new Utf8JsonWriter(buffer))
                JsonSerializer.Serialize(writer, value, type, options);
            return Encoding.UTF8.GetString(buffer.Written);
        }
        catch (Exception error) when (error is not OutOfMemoryException) // a user's property or converter may throw anything
        {
            return null;
        }
    }

    /// <summary>Takes so many bytes, and throws if there are more.</summary>
    private sealed class BoundedBuffer(int length) : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[length];
        private int _written;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _written);

        public void Advance(int count) => _written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => Math.Max(sizeHint, 1) <= length - _written
            ? _bytes.AsMemory(_written)
            : throw new NotSupportedException("The value is too large.");

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
