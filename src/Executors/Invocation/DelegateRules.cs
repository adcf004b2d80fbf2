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
            throw Refused.Work(WorkTexts.Captures(captured));
    }

    /// <summary>Names the state that a delegate holds besides its method; null if there is none.</summary>
    public static string? CapturedBy(Delegate work)
    {
        // A non-capturing lambda has a target too: the one instance of a class without fields that the compiler made for it.
        if (work.Target is not { } target || !work.Method.IsStatic && s_stateless.GetOrAdd(target.GetType(), IsStatelessClosure))
            return null;
        Type type = target.GetType();
        if (work.Method.IsStatic)
            return WorkTexts.FirstArgument(TypeNames.Of(type));
        return IsClosure(type)
            ? string.Join(", ", Captured(type, work.Method).Select(Describe))
            : WorkTexts.This(TypeNames.Of(type));
    }

    /// <summary>The variables that the method itself uses. All lambdas of a block share one closure, and it holds the variables of each of
    /// them, and those of outer blocks in closures of theirs.</summary>
    private static FieldInfo[] Captured(Type closure, MethodInfo method)
    {
        FieldInfo[] all = [.. Variables(closure, [])];
        try
        {
            FieldUse use = new();
            use.Follow(method);
            FieldInfo[] used = [.. all.Where(field => use.Reads(field) || use.Writes(field))];
            return used.Length > 0 ? used : all;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return all; // code that names an assembly that is missing, say
        }
    }

    private static IEnumerable<FieldInfo> Variables(Type closure, HashSet<Type> seen)
    {
        if (!seen.Add(closure))
            yield break;
        foreach (FieldInfo field in InstanceFields(closure))
        {
            if (IsClosure(field.FieldType))
            {
                foreach (FieldInfo outer in Variables(field.FieldType, seen))
                    yield return outer;
            }
            else if (!field.Name.StartsWith("<>9", StringComparison.Ordinal)) // a delegate that the compiler keeps
            {
                yield return field;
            }
        }
    }

    private static bool IsClosure(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsStatelessClosure(Type type) =>
        IsClosure(type) && InstanceFields(type).Length == 0;

    private static FieldInfo[] InstanceFields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static string Describe(FieldInfo field) =>
        field.Name.EndsWith("__this", StringComparison.Ordinal)
            ? WorkTexts.This(TypeNames.Of(field.FieldType))
            : WorkTexts.Variable(field.Name, TypeNames.Of(field.FieldType));
}
