namespace Offloop.Differ;

/// <summary>Tasks that pass values of one type.</summary>
internal static class ValueTasks<T>
{
    public static T Echo(T value) => value;

    public static T Return(ValueOrder order) => ValueCase<T>.Make(order);

    public static IEnumerable<T> Yield(ValueOrder order)
    {
        yield return ValueCase<T>.Make(order);
        yield return ValueCase<T>.Make(order with { Seed = order.Seed ^ 1 });
    }

    public static int Report(ValueOrder order, TaskContext context)
    {
        context.Report(ValueCase<T>.Make(order));
        return 1;
    }
}
