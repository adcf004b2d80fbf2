namespace Offloop;

/// <summary>Labels that a slot has or that a task requires. Immutable; two sets with the same labels are equal. Labels are compared
/// ordinally.</summary>
internal sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly HashSet<string> _labels;
    private readonly string _key;

    private LabelSet(HashSet<string> labels)
    {
        _labels = labels;
        _key = string.Join('\n', labels.Order(StringComparer.Ordinal));
    }

    /// <summary>No labels: a slot that has nothing special, a task that runs anywhere.</summary>
    public static LabelSet Empty { get; } = new([]);

    public int Count => _labels.Count;

    public static LabelSet Of(params IEnumerable<string> labels)
    {
        HashSet<string> set = new(labels, StringComparer.Ordinal);
        return set.Count == 0 ? Empty : new LabelSet(set);
    }

    /// <summary>Whether a slot with these labels may run a task that requires those.</summary>
    public bool Satisfies(LabelSet required) => required.Count == 0 || required._labels.IsSubsetOf(_labels);

    public bool Equals(LabelSet? other) => other is not null && _key == other._key;

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_key);

    public override string ToString() => string.Join(", ", _labels);
}
