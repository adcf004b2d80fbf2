namespace Offloop;

/// <summary>Labels that a slot has or that a task requires. Immutable; two sets with the same labels are equal. Labels are compared
/// ordinally.</summary>
internal sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly HashSet<string> _labels;
    private readonly string _key;
    private readonly int _hash;
    private readonly ulong _bits; // one for each label, shared by some

    private LabelSet(HashSet<string> labels)
    {
        _labels = labels;
        _key = string.Join('\n', labels.Order(StringComparer.Ordinal));
        _hash = StringComparer.Ordinal.GetHashCode(_key);
        foreach (string label in labels)
            _bits |= 1UL << (StringComparer.Ordinal.GetHashCode(label) & 63);
    }

    /// <summary>No labels: a slot that has nothing special, a task that runs anywhere.</summary>
    public static LabelSet Empty { get; } = new([]);

    public int Count => _labels.Count;

    public static LabelSet Of(params IEnumerable<string> labels)
    {
        HashSet<string> set = new(labels, StringComparer.Ordinal);
        return set.Count == 0 ? Empty : new LabelSet(set);
    }

    /// <summary>Whether a slot with these labels may run a task that requires those. The bits tell most of the sets apart that do not
    /// fit.</summary>
    public bool Satisfies(LabelSet required) => (required._bits & ~_bits) == 0 && required._labels.IsSubsetOf(_labels);

    public bool Equals(LabelSet? other) => other is not null && _key == other._key;

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _hash;

    public override string ToString() => string.Join(", ", _labels);
}
