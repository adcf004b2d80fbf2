using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Offloop.Payloads;

/// <summary>Refuses values that JSON would change without an error, as they are written.</summary>
internal static class WholeValues
{
    private static readonly ConcurrentDictionary<Type, Comparer[]> s_comparers = new();

    /// <summary>Adds the check of its comparer to the contract of a dictionary or a set.</summary>
    public static void RefuseComparers(JsonTypeInfo contract)
    {
        if (contract.Kind != JsonTypeInfoKind.Dictionary && !(contract.Kind == JsonTypeInfoKind.Enumerable && IsSet(contract.Type)))
            return;
        Action<object>? before = contract.OnSerializing;
        contract.OnSerializing = value =>
        {
            RequireUsualComparer(value);
            before?.Invoke(value);
        };
    }

    /// <summary>Whether JSON may hold the sign that stands for half of a surrogate pair: U+FFFD, escaped or as it is.</summary>
    public static bool MayHoldHalfPair(ReadOnlySpan<byte> json) =>
        json.IndexOf("\\uFFFD"u8) >= 0 || json.IndexOf("\uFFFD"u8) >= 0;

    /// <summary>The same options, with which writing half of a surrogate pair throws.</summary>
    public static JsonSerializerOptions Strict(JsonSerializerOptions options)
    {
        var strict = new JsonSerializerOptions(options);
        strict.Converters.Add(new StrictText()); // last, so that a user's converter goes before them
        strict.Converters.Add(new StrictChar());
        return strict;
    }

    private static bool IsSet(Type type) =>
        type.GetInterfaces().Append(type).Any(static of => of.IsGenericType && of.GetGenericTypeDefinition() is { } generic
            && (generic == typeof(ISet<>) || generic == typeof(IReadOnlySet<>)));

    private static void RequireUsualComparer(object collection)
    {
        foreach (Comparer comparer in s_comparers.GetOrAdd(collection.GetType(), ComparersOf))
        {
            object? actual = comparer.Property.GetValue(collection);
            if (actual is null || Array.Exists(comparer.Usual, usual => usual.Equals(actual)))
                continue;
            throw new NotSupportedException(
                $"a {TypeNames.Of(collection.GetType())} has the comparer {TypeNames.Of(actual.GetType())}, which would be lost; "
                + "pass its items, and make the collection again with its comparer.");
        }
    }

    /// <summary>The comparers that a collection shows, by the names that all collections of .NET use.</summary>
    private static Comparer[] ComparersOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(static property => property.Name is "Comparer" or "KeyComparer" or "ValueComparer"
                && property.PropertyType.IsGenericType && property.GetIndexParameters().Length == 0)
            .Select(static property => new Comparer(property, UsualOf(property.PropertyType))),
    ];

    /// <summary>The comparers that a collection has when it is read. Ordinal is how texts are compared by default where order does not
    /// matter; a sorted collection of texts follows the culture, and one that is sorted ordinally would change its order.</summary>
    private static object[] UsualOf(Type comparer)
    {
        Type key = comparer.GetGenericArguments()[0];
        bool sorts = comparer.GetGenericTypeDefinition() == typeof(IComparer<>);
        Type usual = (sorts ? typeof(Comparer<>) : typeof(EqualityComparer<>)).MakeGenericType(key);
        object common = usual.GetProperty("Default")!.GetValue(null)!;
        return key == typeof(string) && !sorts ? [common, StringComparer.Ordinal] : [common];
    }

    private sealed record Comparer(PropertyInfo Property, object[] Usual);

    private sealed class StrictText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Whole(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Whole(value));

        private static string Whole(string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (!char.IsSurrogate(text[i]))
                    continue;
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                    throw HalfPair($"a text has half of a surrogate pair (U+{(int)text[i]:X4}) at index {i}");
                i++;
            }
            return text;
        }
    }

    private sealed class StrictChar : JsonConverter<char>
    {
        public override char Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()![0];

        public override void Write(Utf8JsonWriter writer, char value, JsonSerializerOptions options) =>
            writer.WriteStringValue([Whole(value)]);

        public override char ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString()![0];

        public override void WriteAsPropertyName(Utf8JsonWriter writer, char value, JsonSerializerOptions options) =>
            writer.WritePropertyName([Whole(value)]);

        private static char Whole(char value) =>
            char.IsSurrogate(value) ? throw HalfPair($"a char is half of a surrogate pair (U+{(int)value:X4})") : value;
    }

    private static NotSupportedException HalfPair(string where) =>
        new($"{where}, which is no Unicode text, so JSON would change it; pass it as numbers (ushort[]) or bytes.");
}
