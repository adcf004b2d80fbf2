using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>Decides which delegates an executor accepts: those whose method can be found again in another process. Every executor applies
/// the same rules, so work that runs inline also runs in a process pool.</summary>
internal static class DelegateRules
{
    private static readonly ConcurrentDictionary<Type, bool> s_stateless = new();

    /// <summary>Throws <see cref="ArgumentException"/> if the delegate cannot be submitted.</summary>
    public static void Require(Delegate work)
    {
        if (!work.HasSingleTarget)
            throw Refused.Work("The submitted delegate has several targets; submit one method at a time.");

        if (CapturedBy(work) is { } captured)
        {
            throw Refused.Work(
                $"The submitted delegate captures {captured}, which cannot follow it to a worker. Make it a static method or lambda "
                + "and pass the value as the argument: executor.SubmitAsync(static x => Work(x), value). "
                + "Pass several values as a tuple or a record.");
        }
    }

    /// <summary>Describes the state that a delegate has besides its method, or returns null if it has none.</summary>
    public static string? CapturedBy(Delegate work)
    {
        // A lambda that captures nothing has a target too: the only instance of a class without fields, which the compiler makes.
        if (work.Target is not { } target || !work.Method.IsStatic && s_stateless.GetOrAdd(target.GetType(), IsStatelessClosure))
            return null;
        Type type = target.GetType();
        return work.Method.IsStatic ? $"its first argument, of type {TypeNames.Of(type)}"
            : type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) ? string.Join(", ", InstanceFields(type).Select(Describe))
            : $"'this', of type {TypeNames.Of(type)}";
    }

    private static bool IsStatelessClosure(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && InstanceFields(type).Length == 0;

    private static FieldInfo[] InstanceFields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static string Describe(FieldInfo field) =>
        field.Name.EndsWith("__this", StringComparison.Ordinal)
            ? $"'this', of type {TypeNames.Of(field.FieldType)}"
            : $"'{field.Name}', of type {TypeNames.Of(field.FieldType)}";
}
