using System.Reflection;
using System.Runtime.Loader;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>Names a submitted method so that a worker finds exactly the same one. The module version id names the build, and the metadata
/// token is unique within it. A worker that has another build refuses the method.</summary>
internal sealed record MethodIdentity
{
    public required string Assembly { get; init; }

    public required Guid ModuleVersion { get; init; }

    public required int Token { get; init; }

    /// <summary>For messages only.</summary>
    public required string DisplayName { get; init; }

    public required CallKind Kind { get; init; }

    /// <summary>The class that declares the method if that class is generic; otherwise null.</summary>
    public string? ClosedDeclaringType { get; init; }

    public string[] GenericArguments { get => field ?? []; init; } // null if a message leaves it out

    public required string ArgumentType { get; init; }

    public required string ResultType { get; init; }

    /// <summary>Names a method. Throws <see cref="ArgumentException"/> if no worker could find it.</summary>
    public static MethodIdentity Of(MethodInfo method, CallKind kind, Type argument, Type result)
    {
        Type declaring = method.DeclaringType
            ?? throw Refused.Work(
                $"The submitted method {method.Name} was made at run time, so no worker can find it. Submit a method of a compiled class.");
        Module module = method.Module;
        Type[] arguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (Type type in (Type[])[declaring, argument, result, .. arguments])
            RequireFindable(type);
        return new MethodIdentity
        {
            Assembly = module.Assembly.FullName!,
            ModuleVersion = module.ModuleVersionId,
            Token = method.MetadataToken,
            DisplayName = DisplayNameOf(method),
            Kind = kind,
            ClosedDeclaringType = declaring.IsGenericType ? declaring.AssemblyQualifiedName : null,
            GenericArguments = [.. arguments.Select(type => type.AssemblyQualifiedName!)],
            ArgumentType = argument.AssemblyQualifiedName!,
            ResultType = result.AssemblyQualifiedName!,
        };
    }

    public static string DisplayNameOf(MethodInfo method) => $"{method.DeclaringType?.FullName?.Replace('+', '.')}.{method.Name}";

    private static void RequireFindable(Type type)
    {
        Assembly assembly = type.Assembly;
        if (assembly.IsDynamic || AssemblyLoadContext.GetLoadContext(assembly) != AssemblyLoadContext.Default)
            throw Refused.Work(
                $"{TypeNames.Of(type)} comes from the assembly {assembly.GetName().Name}, which was made or loaded at run time, "
                + "so no worker can find it. Reference the assembly from the application's project.");
        foreach (Type inner in type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments())
            RequireFindable(inner);
    }
}
