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
    public static RawJson Of(JsonNode? node) => new(Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null"));

    /// <summary>The value as a tree. Throws <see cref="JsonException"/>.</summary>
    public JsonNode? ToNode() => JsonNode.Parse(Utf8.Span);

    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);
}

/// <inheritdoc cref="RawJson"/>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override bool HandleNull => true;

    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8.Span);
}
