namespace Offloop.Differ;

internal readonly record struct Point(int X, int Y);

internal sealed record Person(string Name, int Age, Person? Parent, Dictionary<string, string?> Notes)
{
    public static Person Make(Random random, int depth) => new(
        ValueCases.Text(random), random.Next(99), depth < 4 && random.Next(2) == 0 ? Make(random, depth + 1) : null,
        new Dictionary<string, string?> { ["a"] = null, ["b"] = ValueCases.Text(random) });
}

/// <summary>A class without properties.</summary>
internal sealed class Fields
{
    public int Number;
    public string Text = "";
}

internal sealed class Ticks
{
    public int Low { get; set; }

    public long High { get; set; }
}

internal sealed class Node
{
    public Node? Next { get; set; }

    /// <summary>Some are too long for a payload.</summary>
    public static Node Chain(int length)
    {
        var last = new Node();
        for (int i = 1; i < length; i++)
            last = new Node { Next = last };
        return last;
    }

    public static Node Ring()
    {
        var node = new Node();
        node.Next = node;
        return node;
    }
}

/// <summary>A class whose state JSON does not see.</summary>
internal sealed class Hiding(int hidden)
{
    private readonly int _hidden = hidden;

    public int Reveal() => _hidden;
}

internal abstract class Shape
{
    public int Corners { get; set; }
}

internal sealed class Circle : Shape
{
    public int Radius { get; set; }
}
