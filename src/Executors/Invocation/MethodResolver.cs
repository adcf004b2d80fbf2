using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>Finds, in a worker, the method that an identity names. Its methods throw whatever the runtime throws when it loads
/// code.</summary>
internal static class MethodResolver
{
    public static RemoteMethod Resolve(MethodIdentity identity)
    {
        MethodInfo method = Find(identity);
        Type argument = Type.GetType(identity.ArgumentType, throwOnError: true)!;
        Type result = Type.GetType(identity.ResultType, throwOnError: true)!;
        Type definition = identity.Kind.HasFlag(CallKind.Stream) ? typeof(RemoteStream<,>) : typeof(RemoteMethod<,>);
        var remote = (RemoteMethod)Activator.CreateInstance(definition.MakeGenericType(argument, result), nonPublic: true)!;
        remote.Bind(method, identity.Kind);
        return remote;
    }

    /// <summary>Makes the payload format with the method of a pool's <c>JsonOptions</c>. Throws what that method throws.</summary>
    public static PayloadFormat ResolveFormat(MethodIdentity identity) =>
        PayloadFormat.For((Action<JsonSerializerOptions>)CreateDelegate(Find(identity), typeof(Action<JsonSerializerOptions>)));

    private static MethodInfo Find(MethodIdentity identity)
    {
        Assembly assembly = Assembly.Load(new AssemblyName(identity.Assembly));
        Module module = assembly.Modules.FirstOrDefault(module => module.ModuleVersionId == identity.ModuleVersion)
            ?? throw new InvalidOperationException(
                $"The worker cannot run {identity.DisplayName} because it found another build of {assembly.GetName().Name} "
                + $"({assembly.ManifestModule.ModuleVersionId} in {assembly.Location}, not {identity.ModuleVersion}). "
                + "Restart the application so that both use the same files.");

        var method = (MethodInfo)module.ResolveMethod(identity.Token)!;
        if (identity.ClosedDeclaringType is { } closed)
        {
            Type declaring = Type.GetType(closed, throwOnError: true)!;
            method = (MethodInfo)MethodBase.GetMethodFromHandle(method.MethodHandle, declaring.TypeHandle)!;
        }
        return identity.GenericArguments.Length == 0
            ? method
            : method.MakeGenericMethod([.. identity.GenericArguments.Select(name => Type.GetType(name, throwOnError: true)!)]);
    }

    /// <summary>Makes a delegate of the method. The method of a lambda gets an instance of its class, which has no fields (see
    /// <see cref="DelegateRules"/>).</summary>
    public static Delegate CreateDelegate(MethodInfo method, Type delegateType) => method.IsStatic
        ? method.CreateDelegate(delegateType)
        : method.CreateDelegate(delegateType, RuntimeHelpers.GetUninitializedObject(method.DeclaringType!));
}
