using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>Finds the method that an identity names. It is used in workers.</summary>
internal static class MethodResolver
{
    public static RemoteMethod Resolve(MethodIdentity identity)
    {
        DotnetMethod named = DotnetMethodOf(identity);
        MethodInfo method = Find(identity);
        Type argument = Type.GetType(named.ArgumentType, throwOnError: true)!;
        Type result = Type.GetType(named.ResultType, throwOnError: true)!;
        Type definition = identity.Kind.HasFlag(CallKind.Stream) ? typeof(RemoteStream<,>) : typeof(RemoteMethod<,>);
        var remote = (RemoteMethod)Activator.CreateInstance(definition.MakeGenericType(argument, result), nonPublic: true)!;
        remote.Bind(method, identity.Kind);
        return remote;
    }

    /// <summary>Returns the payload format that the method of a pool's JsonOptions makes. Throws whatever that method throws.</summary>
    public static PayloadFormat ResolveFormat(MethodIdentity identity) =>
        PayloadFormat.For((Action<JsonSerializerOptions>)CreateDelegate(Find(identity), typeof(Action<JsonSerializerOptions>)));

    /// <summary>Returns what a pool's WorkerTelemetry method makes. Throws whatever that method throws.</summary>
    public static IDisposable? ResolveTelemetry(MethodIdentity identity) =>
        ((Func<IDisposable?>)CreateDelegate(Find(identity), typeof(Func<IDisposable?>)))();

    private static DotnetMethod DotnetMethodOf(MethodIdentity identity) =>
        identity.Method ?? throw new InvalidOperationException(
            $"{identity.DisplayName} cannot be run: it was sent as the entry point '{identity.EntryPoint}', "
            + "and a .NET worker finds methods by their identity.");

    private static MethodInfo Find(MethodIdentity identity)
    {
        DotnetMethod named = DotnetMethodOf(identity);
        Assembly assembly = Load(identity, new AssemblyName(named.Assembly));
        Module module = assembly.Modules.FirstOrDefault(module => module.ModuleVersionId == named.ModuleVersion)
            ?? throw new InvalidOperationException(
                $"{identity.DisplayName} cannot be run: the worker found another build of {assembly.GetName().Name} "
                + $"({assembly.ManifestModule.ModuleVersionId} in {assembly.Location}, not {named.ModuleVersion}). "
                + "Restart the application so that both use the same files; a node needs the files of the same build.");

        MethodInfo method = MethodOf(module, named.Token) ?? throw new InvalidOperationException(
            $"{identity.DisplayName} cannot be run: the worker's {assembly.GetName().Name} does not have it, because it was added while "
            + "the application runs (hot reload). Restart the application so that both use the same files.");
        if (named.ClosedDeclaringType is { } closed)
        {
            Type declaring = Type.GetType(closed, throwOnError: true)!;
            method = (MethodInfo)MethodBase.GetMethodFromHandle(method.MethodHandle, declaring.TypeHandle)!;
        }
        return named.GenericArguments.Length == 0
            ? method
            : method.MakeGenericMethod([.. named.GenericArguments.Select(name => Type.GetType(name, throwOnError: true)!)]);
    }

    private static Assembly Load(MethodIdentity identity, AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException error) when (error.FileName == name.FullName)
        {
            throw new InvalidOperationException(
                $"{identity.DisplayName} cannot be run: the worker does not have {name.Name}. Run a node with the application's own files, "
                + "or give it that assembly: TaskAssemblies of its options, or coordinator worker --task-assembly.", error);
        }
    }

    /// <summary>Returns null if the file of the module has no such method. A hot reload adds methods in memory alone, behind those of the
    /// file.</summary>
    private static MethodInfo? MethodOf(Module module, int token)
    {
        try
        {
            return (MethodInfo?)module.ResolveMethod(token);
        }
        catch (ArgumentException) // not a valid token in this module
        {
            return null;
        }
    }

    /// <summary>Creates a delegate for the method. A lambda's class has no fields (see <see cref="DelegateRules"/>),
    /// so any instance of it will do.</summary>
    public static Delegate CreateDelegate(MethodInfo method, Type delegateType) =>
        method.IsStatic
            ? method.CreateDelegate(delegateType)
            : method.CreateDelegate(delegateType, RuntimeHelpers.GetUninitializedObject(method.DeclaringType!));
}
