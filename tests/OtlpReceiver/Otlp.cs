using System.Globalization;
using Google.Protobuf;

namespace Offloop.OtlpReceiver;

/// <summary>A span as it arrived.</summary>
public sealed record Span(
    string Name, string TraceId, string SpanId, string ParentId, int Kind, Dictionary<string, string> Attributes, string[] Events);

/// <summary>A metric as it arrived.</summary>
public sealed record Metric(string Instrument, string Unit);

/// <summary>Reads the messages of the OpenTelemetry protocol by the numbers of their fields.</summary>
internal static class Otlp
{
    public static IEnumerable<Span> ReadSpans(byte[] request) =>
        from resource in Fields(request).Where(static field => field.Number == 1)
        from scope in Fields(resource.Bytes).Where(static field => field.Number == 2)
        from span in Fields(scope.Bytes).Where(static field => field.Number == 2)
        select ReadSpan(Fields(span.Bytes));

    public static IEnumerable<Metric> ReadMetrics(byte[] request) =>
        from resource in Fields(request).Where(static field => field.Number == 1)
        from scope in Fields(resource.Bytes).Where(static field => field.Number == 2)
        from metric in Fields(scope.Bytes).Where(static field => field.Number == 2)
        let fields = Fields(metric.Bytes)
        select new Metric(Text(fields, 1), Text(fields, 3));

    private static Span ReadSpan(List<Field> fields) => new(
        Text(fields, 5), Hex(fields, 1), Hex(fields, 2), Hex(fields, 4), (int)fields.Find(static field => field.Number == 6).Value,
        fields.Where(static field => field.Number == 9).Select(static field => Fields(field.Bytes))
            .ToDictionary(static pair => Text(pair, 1), static pair => Value(Fields(pair.Find(static field => field.Number == 2).Bytes))),
        [.. fields.Where(static field => field.Number == 11).Select(static happened => Text(Fields(happened.Bytes), 2))]);

    /// <summary>The value of an attribute, as text.</summary>
    private static string Value(List<Field> value) => value is [{ Number: 1 } text]
        ? ByteString.CopyFrom(text.Bytes).ToStringUtf8()
        : string.Join(' ', value.Select(static one => one.Value.ToString(CultureInfo.InvariantCulture)));

    private static string Text(List<Field> fields, int number) =>
        ByteString.CopyFrom(fields.Find(field => field.Number == number).Bytes ?? []).ToStringUtf8();

    private static string Hex(List<Field> fields, int number) =>
        Convert.ToHexStringLower(fields.Find(field => field.Number == number).Bytes ?? []);

    private static List<Field> Fields(byte[]? message)
    {
        List<Field> fields = [];
        using var input = new CodedInputStream(message ?? []);
        while (input.ReadTag() is not 0 and uint tag)
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => new Field(number, 0, input.ReadBytes().ToByteArray()),
                WireFormat.WireType.Fixed64 => new Field(number, input.ReadFixed64(), null),
                WireFormat.WireType.Fixed32 => new Field(number, input.ReadFixed32(), null),
                _ => new Field(number, input.ReadUInt64(), null),
            });
        }
        return fields;
    }

    private readonly record struct Field(int Number, ulong Value, byte[]? Bytes);
}
