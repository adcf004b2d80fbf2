using System.Reflection;
using System.Text.Json.Serialization;
using Offloop.Invocation;

namespace Offloop.Recording;

/// <summary>A method, named so that it is found in the build that ran it and, if it is still there, in another one.</summary>
internal sealed record RecordedMethod
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public required string DisplayName { get; init; }

    /// <summary>The form of the call: <see cref="CallKind"/> as words.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<CallKind>))]
    public required CallKind Kind { get; init; }

    /// <summary>The full name of the assembly.</summary>
    public required string Assembly { get; init; }

    /// <summary>The file of the assembly; null inside a single file.</summary>
    public string? Path { get; init; }

    public required Guid ModuleVersion { get; init; }

    public required int Token { get; init; }

    /// <summary>The full name of the declaring type, without its type arguments.</summary>
    public required string Type { get; init; }

    /// <summary>The method with its result and its parameters, as reflection writes it.</summary>
    public required string Signature { get; init; }

    public string? ClosedDeclaringType { get; init; }

    public IReadOnlyList<string> GenericArguments { get; init; } = [];

    public required string ArgumentType { get; init; }

    public required string ResultType { get; init; }

    public static RecordedMethod Of(MethodInfo method, MethodIdentity identity)
    {
        DotnetMethod named = identity.Method!;
        Assembly assembly = method.Module.Assembly;
        MethodBase definition = method.Module.ResolveMethod(method.MetadataToken)!;
        return new RecordedMethod
        {
            DisplayName = identity.DisplayName,
            Kind = identity.Kind,
            Assembly = named.Assembly,
            Path = assembly.Location.Length > 0 ? assembly.Location : null,
            ModuleVersion = named.ModuleVersion,
            Token = named.Token,
            Type = definition.DeclaringType!.FullName!,
            Signature = $"{definition}",
            ClosedDeclaringType = named.ClosedDeclaringType,
            GenericArguments = named.GenericArguments,
            ArgumentType = named.ArgumentType,
            ResultType = named.ResultType,
        };
    }

    /// <summary>The method's identity in an assembly that may be of another build; null if it has no such method.</summary>
    public MethodIdentity? In(Assembly assembly)
    {
        int token = Token;
        if (assembly.ManifestModule.ModuleVersionId != ModuleVersion)
        {
            MethodInfo? found = assembly.GetType(Type)?.GetMethods(All).FirstOrDefault(method => $"{method}" == Signature);
            if (found is null)
                return null;
            token = found.MetadataToken;
        }
        return new MethodIdentity
        {
            DisplayName = DisplayName,
            Kind = Kind,
            Method = new DotnetMethod
            {
                Assembly = Assembly,
                ModuleVersion = assembly.ManifestModule.ModuleVersionId,
                Token = token,
                ClosedDeclaringType = ClosedDeclaringType,
                GenericArguments = [.. GenericArguments],
                ArgumentType = ArgumentType,
                ResultType = ResultType,
            },
        };
    }
}
