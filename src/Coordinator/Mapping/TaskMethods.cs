using System.Reflection;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Mapping;

/// <summary>Finds the methods of an assembly that can be tasks. It looks at types as reflection shows them, so it serves the reading of
/// metadata alone as well as a worker that has loaded the assembly.</summary>
internal static class TaskMethods
{
    private const int MostNamed = 5;

    private static readonly Dictionary<string, string> s_keywords = new()
    {
        ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte",
        ["System.SByte"] = "sbyte",
        ["System.Char"] = "char",
        ["System.Decimal"] = "decimal",
        ["System.Double"] = "double",
        ["System.Single"] = "float",
        ["System.Int32"] = "int",
        ["System.UInt32"] = "uint",
        ["System.Int64"] = "long",
        ["System.UInt64"] = "ulong",
        ["System.Int16"] = "short",
        ["System.UInt16"] = "ushort",
        ["System.Object"] = "object",
        ["System.String"] = "string",
    };

    /// <summary>Returns the one method that the address names.</summary>
    /// <exception cref="UsageException">There is none, or there are several. The message lists what is there.</exception>
    public static MethodInfo Find(Assembly assembly, TaskAddress address)
    {
        MethodInfo[] all = [.. assembly.GetTypes().Where(static type => type.IsVisible && !type.IsGenericType).SelectMany(Of)];
        string[] parts = address.Method.TrimEnd(')').Split('(', 2);
        MethodInfo[] named = [.. all.Where(method => NameOf(method) == parts[0])];
        if (parts.Length > 1)
            named = [.. named.Where(method => Show(method.GetParameters()[0].ParameterType) == parts[1])];
        return named switch
        {
            [var only] => only,
            [] => throw new UsageException(address.Method, WithoutMatch(assembly, parts[0], all)),
            _ => throw new UsageException(
                address.Method, $"several methods have this name; expected one of {string.Join(", ", named.Select(Show))}"),
        };
    }

    /// <summary>The method of an identity, in an assembly that is loaded.</summary>
    public static MethodInfo Find(Assembly assembly, TaskIdentity identity) =>
        Of(assembly.GetType(identity.Type, throwOnError: true)!).Single(method =>
            method.Name == identity.Method && $"{method.GetParameters()[0].ParameterType}" == identity.Argument);

    /// <summary>The public static methods of a type that take one argument, and perhaps what tells of their cancellation.</summary>
    private static IEnumerable<MethodInfo> Of(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Where(CanBeTask);

    private static bool CanBeTask(MethodInfo method) =>
        !method.IsGenericMethod && !method.IsSpecialName
        && method.ReturnType is { IsByRef: false, IsByRefLike: false, IsPointer: false }
        && method.GetParameters() is [var argument, .. { Length: < 2 } rest]
        && argument.ParameterType is { IsByRef: false, IsByRefLike: false, IsPointer: false }
        && rest.All(static more => more.ParameterType.FullName == typeof(TaskContext).FullName
            || more.ParameterType.FullName == typeof(CancellationToken).FullName);

    private static string WithoutMatch(Assembly assembly, string name, MethodInfo[] all)
    {
        string file = assembly.GetName().Name!;
        if (all.Length == 0)
            return $"{file} has no public static method with one argument, so no task";
        string[] nearest = [.. all.OrderBy(method => Words.Distance(name, NameOf(method))).Select(Show)];
        string more = nearest.Length > MostNamed ? $" and {nearest.Length - MostNamed} more" : "";
        return $"no public static method of {file} with one argument has this name; the nearest are "
            + $"{string.Join(", ", nearest.Take(MostNamed))}{more}";
    }

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.FullName!.Replace('+', '.')}.{method.Name}";

    private static string Show(MethodInfo method) => $"{NameOf(method)}({Show(method.GetParameters()[0].ParameterType)})";

    private static string Show(Type type)
    {
        if (type.IsArray)
            return $"{Show(type.GetElementType()!)}[]";
        if (!type.IsGenericType)
            return s_keywords.GetValueOrDefault(type.FullName ?? "", type.Name);
        string arguments = string.Join(", ", type.GetGenericArguments().Select(Show));
        return $"{type.Name.Split('`')[0]}<{arguments}>";
    }
}
