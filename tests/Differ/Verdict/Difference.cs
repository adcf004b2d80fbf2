namespace Offloop.Differ;

/// <summary>A difference between executors that is allowed: a row of <c>docs/differences.md</c> with the same id.</summary>
/// <param name="Id">The id.</param>
/// <param name="Kinds">The executors that differ from the inline one.</param>
/// <param name="Aspects">What differs.</param>
/// <param name="Explains">Whether it is the reason in this case.</param>
internal sealed record Difference(string Id, ContenderKind[] Kinds, Aspect[] Aspects, Func<Case, bool> Explains)
{
    private static readonly ContenderKind[] s_away = [ContenderKind.Process, ContenderKind.Nodes];
    private static readonly ContenderKind[] s_copying = [ContenderKind.RoundTrip, .. s_away];
    private static readonly ContenderKind[] s_offloading = [ContenderKind.Thread, .. s_copying];
    private static readonly Aspect[] s_ofValue =
        [Aspect.Outcome, Aspect.Exception, Aspect.Result, Aspect.Identity, Aspect.Items, Aspect.Progress];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Difference> All { get; } =
    [
        new("D1", s_copying, [Aspect.Argument], static found =>
            found.Other.Length == 0 && found.Plan.Steps.Any(static step => step.Kind == StepKind.ChangeArgument)),
        new("D2", s_copying, [Aspect.Identity], static found =>
            found.Plan.Form == PlanForm.Echo && EndsWith(found.Other, "False")),
        new("D3", s_offloading, [Aspect.Progress, Aspect.Output, Aspect.ErrorOutput, Aspect.Argument], static found =>
            found.Plan.StopAfter is not null),
        new("D4", s_away, [Aspect.Output], static found =>
            found.Plan.Steps.Any(static step => step.Kind == StepKind.WritePart)
            && WithoutLines(found.Inline) == WithoutLines(found.Other)),
        new("D5", s_copying, s_ofValue, static found =>
            Has(found.Plan, ValueTraits.Refusable) && found.Aspect switch
            {
                Aspect.Outcome => found.Other.StartsWith("failed: Payload", StringComparison.Ordinal) || found.Other == "threw",
                Aspect.Exception => found.Other.Contains("could not be written", StringComparison.Ordinal),
                Aspect.Items => found.Inline.StartsWith(found.Other, StringComparison.Ordinal),
                _ => found.Other.Length == 0,
            }),
        new("D6", s_copying, [Aspect.Result, Aspect.Items, Aspect.Progress], static found => Has(found.Plan, ValueTraits.Loose)),
        new("D7", s_away, [Aspect.Exception], static found =>
            found.Plan.Exception.All().Any(static plan => plan.HasOddData)
            && found.Inline.Replace("; [odd] OddData{}", "", StringComparison.Ordinal)
                == found.Other.Replace("; [(cut)] \"and 1 more\"", "", StringComparison.Ordinal)),
        new("D8", s_away, [Aspect.Exception], static found =>
            found.Plan.Exception.All().Any(static plan => plan.Kind is ExceptionKind.Unmakeable or ExceptionKind.Private)
            && found.Other.Contains(nameof(RemoteTaskException), StringComparison.Ordinal)),
    ];

    private static bool Has(TaskPlan plan, ValueTraits trait) =>
        plan.Form >= PlanForm.Echo && ValueCase.All[plan.Value.Case].Traits.HasFlag(trait);

    private static bool EndsWith(string text, string end) => text.EndsWith(end, StringComparison.Ordinal);

    private static string WithoutLines(string text) => text.ReplaceLineEndings("");
}

/// <summary>Something that a caller sees otherwise than on the inline executor.</summary>
/// <param name="Plan">The program.</param>
/// <param name="Kind">The executor.</param>
/// <param name="Aspect">What differs.</param>
/// <param name="Inline">How it is on the inline executor; empty if it is not there.</param>
/// <param name="Other">How it is on the other one.</param>
internal sealed record Case(TaskPlan Plan, ContenderKind Kind, Aspect Aspect, string Inline, string Other);
