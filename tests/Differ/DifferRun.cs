using System.Globalization;
using System.Text;

namespace Offloop.Differ;

/// <summary>Runs programs on all executors and compares what their callers see.</summary>
/// <param name="contenders">The executors. The first is the one that the others are compared with. They are disposed with the run.</param>
internal sealed class DifferRun(IReadOnlyList<Contender> contenders) : IAsyncDisposable
{
    private readonly SortedDictionary<string, int> _exercised = new(Difference.All.ToDictionary(static known => known.Id, static _ => 0));

    /// <summary>How often each allowed difference was seen.</summary>
    public IReadOnlyDictionary<string, int> Exercised => _exercised;

    /// <summary>Runs the program of a seed. Returns null if every difference is allowed, and otherwise a report with the smallest program
    /// that shows one which is not.</summary>
    public async Task<string?> RunAsync(int seed)
    {
        TaskPlan plan = PlanMaker.Make(seed);
        using var trial = new Trial();
        List<Case> cases = await FindAsync(trial, plan);
        foreach (Case found in cases)
        {
            if (Comparison.Explanation(found) is { } difference)
                _exercised[difference.Id]++;
        }
        cases.RemoveAll(static found => Comparison.Explanation(found) is not null);
        if (cases.Count == 0)
            return null;
        TaskPlan smallest = await Shrinker.ShrinkAsync(plan, async smaller => (await FindUnexplainedAsync(trial, smaller)).Count > 0);
        List<Case> again = await FindUnexplainedAsync(trial, smallest);
        return Report(seed, smallest, again.Count > 0 ? again : cases); // one that does not come again was seen all the same
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Contender contender in contenders)
            await contender.DisposeAsync();
    }

    private async Task<List<Case>> FindUnexplainedAsync(Trial trial, TaskPlan plan) =>
        (await FindAsync(trial, plan)).FindAll(static found => Comparison.Explanation(found) is null);

    private async Task<List<Case>> FindAsync(Trial trial, TaskPlan plan)
    {
        var seen = new Dictionary<ContenderKind, Observation>();
        foreach (Contender contender in contenders)
            seen.Add(contender.Kind, await trial.RunAsync(contender, plan));
        return [.. Comparison.Cases(plan, seen)];
    }

    private static string Report(int seed, TaskPlan plan, List<Case> cases)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {seed}: a difference that docs/differences.md does not have.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Program: {PlanText.Of(plan)}");
        foreach (Case found in cases)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{found.Aspect} on {ContenderKind.Inline}: {Short(found.Inline)}");
            text.AppendLine(CultureInfo.InvariantCulture, $"{found.Aspect} on {found.Kind}: {Short(found.Other)}");
        }
        return text.ToString();
    }

    private static string Short(string text) => text.Length <= 1000 ? text : $"{text[..1000]}…";
}
