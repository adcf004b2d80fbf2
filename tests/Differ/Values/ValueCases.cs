using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;

namespace Offloop.Differ;

/// <summary>The kinds of values that programs pass.</summary>
internal static class ValueCases
{
    private static readonly string[] s_texts = ["", "a", "grüße", "\ud83d\ude00", "\0", "a\tb", "\\u0041", "1"];

    public static ValueCase[] All() =>
    [
        new ValueCase<int>("Int32", static random => random.Next()),
        new ValueCase<long>("Int64", static random => random.NextInt64(long.MinValue, long.MaxValue)),
        new ValueCase<double>("Double", static random => random.Next(6) switch
        {
            0 => double.NaN,
            1 => double.NegativeInfinity,
            2 => -0.0,
            3 => double.Epsilon,
            _ => random.NextDouble() * Math.Pow(10, random.Next(-300, 300)),
        }),
        new ValueCase<float>("Single", static random => random.NextSingle() * 1e-40f),
        new ValueCase<decimal>("Decimal", static random =>
            new decimal(random.Next(), random.Next(), 0, random.Next(2) == 0, (byte)random.Next(28))),
        new ValueCase<Half>("Half", static random => (Half)random.NextSingle()),
        new ValueCase<Int128>("Int128", static random => (Int128)random.NextInt64() * random.NextInt64()),
        new ValueCase<BigInteger>("BigInteger", static random => BigInteger.Pow(random.Next(2, 9), random.Next(200))),
        new ValueCase<bool>("Boolean", static random => random.Next(2) == 0),
        new ValueCase<char>("Char", static random => (char)random.Next(' ', 0x3000)),
        new ValueCase<char>("SurrogateChar", static random => (char)random.Next(0xd800, 0xe000), ValueTraits.Refusable),
        new ValueCase<string?>("String", static random => random.Next(9) == 0 ? null : Text(random)),
        new ValueCase<string>("BrokenString", static random => Text(random) + (char)random.Next(0xd800, 0xdc00), ValueTraits.Refusable),
        new ValueCase<byte[]>("Bytes", static random => [.. Enumerable.Range(0, random.Next(9)).Select(_ => (byte)random.Next(256))]),
        new ValueCase<Guid>("Guid", static random => new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        new ValueCase<DateTime>("DateTime", static random =>
            new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)random.Next(2))),
        new ValueCase<DateTimeOffset>("DateTimeOffset", static random =>
            new DateTimeOffset(
                random.NextInt64(TimeSpan.TicksPerDay, 3_000_000_000_000_000_000), TimeSpan.FromMinutes(random.Next(-800, 800)))),
        new ValueCase<TimeSpan>("TimeSpan", static random => new TimeSpan(random.NextInt64(long.MinValue, long.MaxValue))),
        new ValueCase<DateOnly>("DateOnly", static random => DateOnly.FromDayNumber(random.Next(3_000_000))),
        new ValueCase<TimeOnly>("TimeOnly", static random => new TimeOnly(random.NextInt64(TimeSpan.TicksPerDay))),
        new ValueCase<Uri>("Uri", static random => new Uri($"https://example.org/{random.Next()}?q=%20a#b")),
        new ValueCase<Version>("Version", static random => new Version(random.Next(9), random.Next(9), random.Next(9))),
        new ValueCase<DayOfWeek>("Enum", static random => (DayOfWeek)random.Next(9)),
        new ValueCase<int?>("Nullable", static random => random.Next(2) == 0 ? null : random.Next()),
        new ValueCase<(int, string?)>("Tuple", static random => (random.Next(), Text(random))),
        new ValueCase<KeyValuePair<string, int>>("Pair", static random => new KeyValuePair<string, int>(Text(random), random.Next())),
        new ValueCase<Point>("Struct", static random => new Point(random.Next(), random.Next())),
        new ValueCase<Person>("Record", static random => Person.Make(random, 0)),
        new ValueCase<Person?[]>("Records", static random => [.. Some(random, static random => Person.Make(random, 0)), null]),
        new ValueCase<Fields>("Fields", static random => new Fields { Number = random.Next(), Text = Text(random) }),
        new ValueCase<List<int[]>>("Lists", static random =>
            [.. Some(random, static random => (int[])[.. Some(random, static random => random.Next())])]),
        new ValueCase<Dictionary<string, Point>>("Dictionary", static random =>
            Some(random, Text).Distinct().ToDictionary(static text => text, text => new Point(text.Length, 1))),
        new ValueCase<Dictionary<string, int>>(
            "ComparingDictionary", static random => new(StringComparer.OrdinalIgnoreCase) { ["a"] = random.Next() }, ValueTraits.Refusable),
        new ValueCase<Dictionary<int, string>>("NumberDictionary", static random =>
            Some(random, static random => random.Next()).Distinct().ToDictionary(static number => number, static number => "x")),
        new ValueCase<HashSet<int>>("Set", static random => [.. Some(random, static random => random.Next(100))]),
        new ValueCase<SortedDictionary<int, string>>("Sorted", static random => new() { [random.Next()] = "a", [3] = "b" }),
        new ValueCase<Queue<int>>("Queue", static random => new Queue<int>(Some(random, static random => random.Next()))),
        new ValueCase<ImmutableArray<int>>("ImmutableArray", static random => [.. Some(random, static random => random.Next())]),
        new ValueCase<ImmutableDictionary<string, int>>(
            "ImmutableDictionary", static random => ImmutableDictionary<string, int>.Empty.Add(Text(random), random.Next())),
        new ValueCase<IReadOnlyList<int>>("List", static random => new[] { random.Next(), 2 }, ValueTraits.Loose),
        new ValueCase<IDictionary<string, int>>(
            "IDictionary", static random => new SortedList<string, int> { [Text(random)] = 1 },
            ValueTraits.Loose | ValueTraits.Refusable),
        new ValueCase<Node>("Chain", static random => Node.Chain(random.Next(1, 90)), ValueTraits.Refusable),
        new ValueCase<Node>("Ring", static _ => Node.Ring(), ValueTraits.Refusable),
        new ValueCase<Ticks>("Interval", static random => new Ticks { Low = random.Next(), High = random.NextInt64() }),
        // What follows is refused by its type.
        new ValueCase<object>("Object", static random => random.Next()),
        new ValueCase<Stack<int>>("Stack", static random => new Stack<int>([random.Next(), 2])),
        new ValueCase<int[,]>("Grid", static random => new[,] { { random.Next(), 2 } }),
        new ValueCase<Hiding>("Hiding", static random => new Hiding(random.Next())),
        new ValueCase<Func<int>>("Delegate", static _ => static () => 1),
        new ValueCase<Type>("Type", static _ => typeof(int)),
        new ValueCase<Stream>("Stream", static _ => Stream.Null),
        new ValueCase<Task<int>>("Task", static _ => Task.FromResult(1)),
        new ValueCase<FrozenSet<int>>("FrozenSet", static random => new[] { random.Next() }.ToFrozenSet()),
        new ValueCase<Shape>("Abstract", static random => new Circle { Radius = random.Next() }),
    ];

    internal static string Text(Random random) => string.Concat(Some(random, static random => s_texts[random.Next(s_texts.Length)]));

    private static IEnumerable<T> Some<T>(Random random, Func<Random, T> make)
    {
        int count = random.Next(4);
        for (int i = 0; i < count; i++)
            yield return make(random);
    }
}
