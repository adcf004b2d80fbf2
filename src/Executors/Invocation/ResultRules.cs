using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>Decides which result types a submitted delegate may have: none that stands for work that goes on
/// after the call has returned.</summary>
internal static class ResultRules<TResult>
{
    private static readonly string? s_refusal = Refusal(typeof(TResult));

    public static void Require()
    {
        if (s_refusal is not null)
            throw Refused.Work(s_refusal);
    }

    private static string? Refusal(Type type)
    {
        string name = TypeNames.Of(type);
        if (IsTask(type))
            return WorkTexts.TaskOfTask(name);
        if (type == typeof(ValueTask) || IsGeneric(type, typeof(ValueTask<>)))
            return WorkTexts.ValueTask(name);
        if (Implements(type, typeof(IAsyncEnumerable<>))
            || Implements(type, typeof(IAsyncEnumerator<>))
            || Implements(type, typeof(IEnumerator<>)))
            return WorkTexts.Stream(name);
        return type.GetMethod("GetAwaiter", Type.EmptyTypes) is not null ? WorkTexts.Awaitable(name) : null;
    }

    private static bool IsTask(Type type) => typeof(Task).IsAssignableFrom(type);

    private static bool IsGeneric(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static bool Implements(Type type, Type definition) =>
        IsGeneric(type, definition) || type.GetInterfaces().Any(implemented => IsGeneric(implemented, definition));
}
