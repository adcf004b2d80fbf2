using System.Text.Json;
using Offloop.Invocation;

namespace Offloop.Protocol;

/// <summary>The JSON of a <see cref="MethodIdentity"/>.</summary>
internal static class IdentityJson
{
    public static MethodIdentity? Read(ref Utf8JsonReader reader)
    {
        if (JsonValues.IsNull(ref reader))
            return null;
        string? assembly = null, name = null, declaring = null, argument = null, result = null;
        Guid? version = null;
        int? token = null, kind = null;
        List<string> generic = [];
        JsonValues.Expect(reader.TokenType == JsonTokenType.StartObject, "a method");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("assembly"u8))
                assembly = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("moduleVersion"u8))
                version = JsonValues.Guid(ref reader);
            else if (reader.ValueTextEquals("token"u8))
                token = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("displayName"u8))
                name = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("kind"u8))
                kind = JsonValues.Int32(ref reader);
            else if (reader.ValueTextEquals("closedDeclaringType"u8))
                declaring = JsonValues.StringOrNull(ref reader);
            else if (reader.ValueTextEquals("genericArguments"u8))
                ReadAll(ref reader, generic);
            else if (reader.ValueTextEquals("argumentType"u8))
                argument = JsonValues.String(ref reader);
            else if (reader.ValueTextEquals("resultType"u8))
                result = JsonValues.String(ref reader);
            else
                JsonValues.Skip(ref reader);
        }
        return new MethodIdentity
        {
            Assembly = assembly ?? throw Missing("assembly"),
            ModuleVersion = version ?? throw Missing("moduleVersion"),
            Token = token ?? throw Missing("token"),
            DisplayName = name ?? throw Missing("displayName"),
            Kind = (CallKind)checked((byte)(kind ?? throw Missing("kind"))),
            ClosedDeclaringType = declaring,
            GenericArguments = [.. generic],
            ArgumentType = argument ?? throw Missing("argumentType"),
            ResultType = result ?? throw Missing("resultType"),
        };
    }

    public static void Write(Utf8JsonWriter writer, MethodIdentity method)
    {
        writer.WriteStartObject();
        writer.WriteString("assembly"u8, method.Assembly);
        writer.WriteString("moduleVersion"u8, method.ModuleVersion);
        writer.WriteNumber("token"u8, method.Token);
        writer.WriteString("displayName"u8, method.DisplayName);
        writer.WriteNumber("kind"u8, (byte)method.Kind);
        if (method.ClosedDeclaringType is { } declaring)
            writer.WriteString("closedDeclaringType"u8, declaring);
        writer.WriteStartArray("genericArguments"u8);
        foreach (string argument in method.GenericArguments)
            writer.WriteStringValue(argument);
        writer.WriteEndArray();
        writer.WriteString("argumentType"u8, method.ArgumentType);
        writer.WriteString("resultType"u8, method.ResultType);
        writer.WriteEndObject();
    }

    private static void ReadAll(ref Utf8JsonReader reader, List<string> texts)
    {
        if (JsonValues.IsNull(ref reader))
            return;
        JsonValues.Expect(reader.TokenType == JsonTokenType.StartArray, "an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            texts.Add(reader.GetString() ?? throw new JsonException("A type's name is null."));
    }

    private static JsonException Missing(string member) => new($"A method has no {member}.");
}
