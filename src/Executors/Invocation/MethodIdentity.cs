using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>Names a submitted method for a worker, in one of two ways: as a .NET method, or as an entry point
/// that the worker's program knows.</summary>
internal sealed record MethodIdentity
{
    /// <summary>For messages only.</summary>
    public required string DisplayName { get; set; }

    public required CallKind Kind { get; set; }

    /// <summary>The name of the <see cref="WorkerEntryPointAttribute"/>, or null.</summary>
    public string? EntryPoint { get; set; }

    /// <summary>The .NET method; null if it travels as an entry point.</summary>
    public DotnetMethod? Method { get; set; }

    public static MethodIdentity Of(MethodInfo method, CallKind kind, Type argument, Type result)
    {
        Type declaring = method.DeclaringType ?? throw Refused.Work(
            $"The submitted method {method.Name} was made at run time, so no worker can find it; submit a method of a compiled class.");
        Module module = method.Module;
        Type[] arguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (Type type in (Type[])[declaring, argument, result, .. arguments])
            RequireFindable(type);
        return new MethodIdentity
        {
            DisplayName = DisplayNameOf(method),
            Kind = kind,
            EntryPoint = method.IsDefined(typeof(WorkerEntryPointAttribute), inherit: false) ? EntryPointOf(method) : null,
            Method = new DotnetMethod
            {
                Assembly = module.Assembly.FullName!,
                ModuleVersion = module.ModuleVersionId,
                Token = method.MetadataToken,
                ClosedDeclaringType = declaring.IsGenericType ? declaring.AssemblyQualifiedName : null,
                GenericArguments = [.. arguments.Select(type => type.AssemblyQualifiedName!)],
                ArgumentType = argument.AssemblyQualifiedName!,
                ResultType = result.AssemblyQualifiedName!,
            },
        };
    }

    /// <summary>The identity of a method that changes how payloads are written; null for none. Throws <see cref="ArgumentException"/> if no
    /// worker could find it.</summary>
    public static MethodIdentity? OfJsonOptions(Action<JsonSerializerOptions>? method) =>
        method is null ? null : Of(method.Method, CallKind.NoResult, typeof(JsonSerializerOptions), typeof(Unit));

    public static string DisplayNameOf(MethodInfo method) => MethodNames.Of(method);

    /// <summary>The identity for a .NET worker.</summary>
    public MethodIdentity AsDotnetMethod() => EntryPoint is null ? this : this with { EntryPoint = null };

    /// <summary>The identity for a worker that finds entry points only. Throws
    /// <see cref="ArgumentException"/> if the method is not one.</summary>
    public MethodIdentity AsEntryPoint() =>
        EntryPoint is not null
            ? this with { Method = null }
            : throw Refused.Work(
                $"The program of ProcessPoolOptions.Command finds methods by name, and {DisplayName} has none; "
                + "put [WorkerEntryPoint(\"name\")] on it, and serve that name in the program.");

    private static string EntryPointOf(MethodInfo method)
    {
        string name = method.GetCustomAttribute<WorkerEntryPointAttribute>(inherit: false)!.Name;
        return !string.IsNullOrEmpty(name)
            ? name
            : throw Refused.Work(
                $"The [WorkerEntryPoint] of {DisplayNameOf(method)} has no name; "
                + "give it the one by which the worker's program knows the method.");
    }

    private static void RequireFindable(Type type)
    {
        Assembly assembly = type.Assembly;
        if (assembly.IsDynamic || AssemblyLoadContext.GetLoadContext(assembly) != AssemblyLoadContext.Default)
        {
            throw Refused.Work(
                $"{TypeNames.Of(type)} comes from the assembly {assembly.GetName().Name}, which was made or loaded at run time, "
                + "so no worker can find it; reference the assembly from the application's project.");
        }
        foreach (Type inner in type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments())
            RequireFindable(inner);
    }
}
