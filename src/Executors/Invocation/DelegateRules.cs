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

    public static void Require(Delegate work)
    {
        if (!work.HasSingleTarget)
            throw Refused.Work("The submitted delegate has several targets; submit one method at a time.");

        if (CapturedBy(work) is { } captured)
        {
            throw Refused.Work(
                $"The submitted delegate captures {captured}, which cannot follow it to a worker. "
                + "Make it a static method or lambda and pass what it needs as the argument: "
                + "executor.SubmitAsync(static x => Work(x), value); several values go as a tuple or a record.");
        }
    }

    /// <summary>Names the state that a delegate holds besides its method; null if there is none.</summary>
    public static string? CapturedBy(Delegate work)
    {
        // A non-capturing lambda has a target too: the one instance of a class without fields that the compiler made for it.
        if (work.Target is not { } target || !work.Method.IsStatic && s_stateless.GetOrAdd(target.GetType(), IsStatelessClosure))
            return null;
        Type type = target.GetType();
        if (work.Method.IsStatic)
            return $"its first argument, of type {TypeNames.Of(type)}";
        return type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            ? string.Join(", ", InstanceFields(type).Select(Describe))
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
