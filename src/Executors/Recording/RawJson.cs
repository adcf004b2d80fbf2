using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Offloop.Recording;

/// <summary>JSON that is written and read as it is, byte by byte: a number or an escape that was written in another way would not be the
/// value that the task had.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal sealed record RawJson(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>How deep a value may nest. A payload of a message nests less deeply, but one of the causes of a failure may have one, and
    /// a value that the application's method returns has no bound.</summary>
    public const int MaxDepth = 512;

    public static RawJson Of(JsonNode? node) => new(Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null"));

    /// <summary>The value as a tree. Throws <see cref="JsonException"/>.</summary>
    public JsonNode? ToNode() => JsonNode.Parse(Utf8.Span, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth });

    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);
}

/// <inheritdoc cref="RawJson"/>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    /// <summary>How deep a file may nest that has such values within a few levels.</summary>
    public const int FileDepth = RawJson.MaxDepth + 8;

    public override bool HandleNull => true;

    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
    }

    /// <summary>Throws <see cref="JsonException"/> if it is no JSON, or nests too deeply.</summary>
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        // The writer's own check allows 64 levels, whatever its options say.
        var check = new Utf8JsonReader(value.Utf8.Span, new JsonReaderOptions { MaxDepth = RawJson.MaxDepth });
        while (check.Read())
        {
        }
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
