namespace Offloop.Differ;

/// <summary>Why values of a kind may be told apart after a way through JSON.</summary>
[Flags]
internal enum ValueTraits
{
    None = 0,

    /// <summary>Some of its values are refused when they are written.</summary>
    Refusable = 1,

    /// <summary>It is declared as an interface, and comes back as the type that JSON makes for it.</summary>
    Loose = 2,
}

/// <summary>A kind of value: its declared type, and how to make one.</summary>
internal abstract class ValueCase(string name, ValueTraits traits)
{
    /// <summary>All kinds by their names.</summary>
    public static IReadOnlyDictionary<string, ValueCase> All { get; } = ValueCases.All().ToDictionary(static known => known.Name);

    public string Name => name;

    public ValueTraits Traits => traits;

    /// <summary>Passes a value in the way that the form says, and notes what comes of it.</summary>
    public abstract Task UseAsync(Executor executor, TaskPlan plan, SubmitOptions place, Observation observation);
}

/// <inheritdoc/>
internal sealed class ValueCase<T>(string name, Func<Random, T> make, ValueTraits traits = ValueTraits.None) : ValueCase(name, traits)
{
    /// <summary>Makes the value of an order.</summary>
    public static T Make(ValueOrder order) => ((ValueCase<T>)All[order.Case]).Make(new Random(order.Seed));

    public override async Task UseAsync(Executor executor, TaskPlan plan, SubmitOptions place, Observation observation)
    {
        switch (plan.Form)
        {
            case PlanForm.Echo:
                T value = Make(plan.Value);
                T result = await executor.SubmitAsync(ValueTasks<T>.Echo, value, place);
                observation.Note(Aspect.Result, Describer.Value(result));
                observation.Note(Aspect.Identity, $"the same object: {!typeof(T).IsValueType && ReferenceEquals(value, result)}");
                break;
            case PlanForm.Return:
                observation.Note(Aspect.Result, Describer.Value(await executor.SubmitAsync(ValueTasks<T>.Return, plan.Value, place)));
                break;
            case PlanForm.Yield:
                await foreach (T item in executor.StreamAsync(ValueTasks<T>.Yield, plan.Value, place))
                    observation.Add(Aspect.Items, Describer.Value(item));
                break;
            default:
                var progress = TaskProgress.Create<T>(value => observation.Note(Aspect.Progress, Describer.Value(value)));
                await executor.SubmitAsync(ValueTasks<T>.Report, plan.Value, place with { Progress = progress });
                break;
        }
    }

    private T Make(Random random) => make(random);
}
