using System.Text.Json.Serialization;

namespace Offloop.SampleTasks;

/// <summary>A type whose constructor takes what no member gives back.</summary>
public sealed class UnboundNumber(int number)
{
    public int Twice() => 2 * number;
}

/// <summary>Its number is set through a constructor that JSON does not use, and read through a method.</summary>
public sealed class HiddenNumber
{
    private readonly int _number;

    public HiddenNumber()
    {
    }

    public HiddenNumber(int number) => _number = number;

    public int Number() => _number;
}

/// <summary>Its items can be added and read, and JSON sees neither.</summary>
public class HiddenItems
{
    private readonly List<int> _items = [];

    public void Add(int item) => _items.Add(item);

    public int[] Items() => [.. _items];
}

/// <summary>The field is that of the base type.</summary>
public sealed class DerivesHiddenItems : HiddenItems
{
    public int Number { get; set; }
}

/// <summary>A struct always has a constructor without parameters.</summary>
public readonly struct HiddenCents(long cents)
{
    private readonly long _cents = cents;

    public decimal Amount() => _cents / 100m;
}

/// <summary>What an indexer reads is no member of JSON.</summary>
public sealed class HiddenCells
{
    private readonly Dictionary<string, int> _cells = [];

    public int this[string name]
    {
        get => _cells[name];
        set => _cells[name] = value;
    }
}

/// <summary>Everything private here may stay behind: code, a lock, a cache, what a member carries, and what the type says may be lost.
/// </summary>
public sealed class HoldsItsOwn
{
    private readonly Lock _lock = new();
    private readonly string[] _names = ["a", "b"];
    private readonly TimeSpan _limit = TimeSpan.FromSeconds(5);
    private int _number;
    private int? _square;
    private Func<int>? _code;

    [NonSerialized]
    private int _lost;

    [JsonIgnore]
    private int _ignored;

    public HoldsItsOwn()
    {
    }

    public HoldsItsOwn(Func<int> code) => _code = code;

    public int Number
    {
        get => _number;
        set => Assign(value);
    }

    public int Raised() => _number + 1;

    public int Square()
    {
        lock (_lock)
            return _square ??= _number * _number;
    }

    public double Limit() => _limit.TotalSeconds;

    public string Name(int index) => _names[index];

    public string FirstName() => _names[0];

    public int? Call() => _code?.Invoke();

    public int Lost() => _lost + _ignored;

    public void Lose(int value)
    {
        (_lost, _ignored) = (value, value);
        _code = null;
    }

    public override string ToString() => $"{_lost}";

    private void Assign(int value) => _number = value;
}
