namespace Offloop.Differ;

/// <summary>Compares what was seen on the executors.</summary>
internal static class Comparison
{
    /// <summary>All that differs from the inline executor.</summary>
    public static IEnumerable<Case> Cases(TaskPlan plan, IReadOnlyDictionary<ContenderKind, Observation> seen)
    {
        foreach ((ContenderKind kind, Observation observation) in seen)
        {
            foreach (Aspect aspect in Enum.GetValues<Aspect>())
            {
                string inline = seen[ContenderKind.Inline].Seen.GetValueOrDefault(aspect, "");
                string other = observation.Seen.GetValueOrDefault(aspect, "");
                if (inline != other)
                    yield return new Case(plan, kind, aspect, inline, other);
            }
        }
    }

    /// <summary>The difference that explains a case; null if none does.</summary>
    public static Difference? Explanation(Case found) => Difference.All.FirstOrDefault(difference =>
        difference.Kinds.Contains(found.Kind) && difference.Aspects.Contains(found.Aspect) && difference.Explains(found));
}
