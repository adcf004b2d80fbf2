namespace Offloop.Coordinator.Cli;

/// <summary>Names in sentences.</summary>
internal static class Words
{
    /// <summary>Names as in <c>a, b or c</c>.</summary>
    public static string Or(IReadOnlyList<string> names) => names.Count < 2
        ? string.Concat(names)
        : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";

    /// <summary>The name that was probably meant, or null if none is near: at most a third of its letters differ.</summary>
    public static string? Nearest(string name, IEnumerable<string> names) =>
        names.OrderBy(known => Distance(name, known)).FirstOrDefault(known => Distance(name, known) <= Math.Max(1, known.Length / 3));

    /// <summary>How many letters have to be added, removed or changed (Levenshtein's distance), without regard to their case.</summary>
    public static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1));
            }
        }
        return row[b.Length];
    }
}
