#pragma warning disable CA1012, CA1051, CA1710, CA1815, CA1819, CA1822, CA2227 // types as users have them
using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Tests.Payloads;

public sealed record Point(int X, double Y);

public readonly record struct PointStruct(int X, string Name);

public sealed record Tree(int Value, Tree? Left, List<Tree> Children);

public class GetOnly
{
    public int Lost => 5;
}

public sealed class GetOnlyBound(int number, string[] names)
{
    public int Number { get; } = number;

    public string[] Names { get; } = names;
}

/// <summary>The parameter has the name of the member and another type.</summary>
public sealed class WrongBound(long number)
{
    public int Number { get; } = (int)number;
}

public sealed class PrivateSetter
{
    public int Number { get; private set; }

    public void Add() => Number++;
}

public sealed class IncludedSetter
{
    [JsonInclude]
    public int Number { get; private set; }

    [JsonInclude]
    internal string? Text { get; set; }

    public void Add() => Number++;
}

public sealed class Fields
{
    public int Number;
    public string? Text;
    public const int Constant = 5;
    public static readonly Action? Shared;
}

public sealed class ReadOnlyField
{
    public readonly int Number = 5;
}

public sealed class Ignores
{
    [JsonIgnore]
    public Action? Code { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; set; }

    public static Action? Shared { get; set; }

    public int this[int index] => index;

    public int WriteOnly
    {
        set => _ = value;
    }
}

public sealed class Renamed
{
    [JsonPropertyName("code")]
    public Action? Callback { get; set; }
}

public class Base
{
    public virtual object? Value { get; set; }

    public object? Hidden { get; set; }
}

public sealed class HidesBase : Base
{
    [JsonIgnore]
    public override object? Value { get; set; }

    public new int Hidden { get; set; }
}

public abstract class ReadOnlyBase
{
    public abstract int Number { get; }
}

public sealed class OverridesBase : ReadOnlyBase
{
    public override int Number => 5;
}

[JsonConverter(typeof(OwnConverter))]
public sealed class Converted
{
    public object? Anything { get; }
}

public sealed class ConvertedMember
{
    [JsonConverter(typeof(ObjectConverter))]
    public object? Anything { get; set; }
}

public sealed class OwnConverter : JsonConverter<Converted>
{
    public override Converted? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => null;

    public override void Write(Utf8JsonWriter writer, Converted value, JsonSerializerOptions options) => writer.WriteNullValue();
}

public sealed class ObjectConverter : JsonConverter<object>
{
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => null;

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) => writer.WriteNullValue();
}

public sealed class Extended
{
    public int Number { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

public abstract class AbstractShape
{
    public int Sides { get; set; }
}

[JsonDerivedType(typeof(Square), "square")]
public abstract record Shape;

public sealed record Square(int Side) : Shape;

[JsonDerivedType(typeof(LossySquare), "square")]
public abstract class LossyShape;

public sealed class LossySquare : LossyShape
{
    public int Side { get; } = 5;
}

public sealed class NoConstructor
{
    private NoConstructor()
    {
    }

    public int Number { get; set; }

    public static NoConstructor Create() => new();
}

public sealed class TwoConstructors
{
    public TwoConstructors(int number) => Number = number;

    public TwoConstructors(int number, int factor) => Number = number * factor;

    public int Number { get; }
}

public sealed class ChosenConstructor
{
    [JsonConstructor]
    public ChosenConstructor(int number) => Number = number;

    public ChosenConstructor(int number, int factor) => Number = number * factor;

    public int Number { get; }
}

public sealed class Generic<T>
{
    public T? Value { get; set; }

    public List<Generic<T>> More { get; set; } = [];
}

public sealed class OwnList : List<int>;

public sealed class UnmakeableList(int size) : IEnumerable<int>
{
    public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, size).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Its count is changed by a method and read by another one.</summary>
public sealed class Counter
{
    private int _count;

    public string Name { get; set; } = "";

    public void Add() => _count++;

    public int Count() => _count;
}

/// <summary>The code of an iterator is in a class of its own, so nobody sees what it reads: allowed.</summary>
public sealed class Iterates
{
    private int _count;

    public void Add() => _count++;

    public IEnumerable<int> All()
    {
        yield return _count;
    }
}

public sealed class GivenByTuple
{
    private int _one;
    private string? _two;

    public void Set(int one, string two) => (_one, _two) = (one, two);

    public string? Text()
    {
        return _one > 0 ? _two : null;
    }
}
