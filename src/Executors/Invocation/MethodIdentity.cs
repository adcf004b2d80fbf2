using System.Reflection;
using System.Runtime.Loader;

namespace Offloop.Invocation;

/// <summary>Names a submitted method so that a worker finds exactly the same one: the metadata token is unique within the build that
/// the module version id names, and a worker that has another build refuses.</summary>
internal sealed record MethodIdentity
{
    public required string Assembly { get; set; }

    public required Guid ModuleVersion { get; set; }

    public required int Token { get; set; }

    /// <summary>For messages only.</summary>
    public required string DisplayName { get; set; }

    public required CallKind Kind { get; set; }

    /// <summary>The class that declares the method, where it is generic; else null.</summary>
    public string? ClosedDeclaringType { get; set; }

    public string[] GenericArguments { get => field ?? []; set; } // null where a message leaves it out

    public required string ArgumentType { get; set; }

    public required string ResultType { get; set; }

    public static MethodIdentity Of(MethodInfo method, CallKind kind, Type argument, Type result)
    {
        Type declaring = method.DeclaringType
            ?? throw Refused.Work($"The submitted method {method.Name} was made at run time, so no worker can find it; submit a method of a compiled class.");
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
                $"{TypeNames.Of(type)} comes from the assembly {assembly.GetName().Name}, which was made or loaded at run time, so no worker can find it; "
                + "reference the assembly from the application's project.");
        foreach (Type inner in type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments())
            RequireFindable(inner);
    }
}
