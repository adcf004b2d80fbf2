using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Offloop.Payloads;

/// <summary>Refuses payload types that would lose data on their way through JSON, and gives the reason.</summary>
/// <param name="options">The JSON options of the payloads. A type with its own converter there is left to that converter.</param>
internal readonly struct PayloadContract(JsonSerializerOptions options)
{
    private static readonly HashSet<Type> s_stacks =
    [
        typeof(Stack<>), typeof(ConcurrentStack<>), typeof(ImmutableStack<>), typeof(IImmutableStack<>),
    ];

    /// <summary>Returns the reason to refuse a type, or null.</summary>
    public string? Examine(Type type) => Examine(type, []);

    /// <summary>Whether a value of a derived type would lose what that type adds.</summary>
    public bool IsClosed(Type type)
    {
        JsonTypeInfo contract = options.GetTypeInfo(type);
        return contract.Kind == JsonTypeInfoKind.Object && contract.PolymorphismOptions is null;
    }

    public static string UndeclaredType(Type declared, Type actual) =>
        $"a value of type {TypeNames.Of(actual)} stands where {TypeNames.Of(declared)} is declared, and what it adds would be lost. "
        + $"Declare {TypeNames.Of(actual)}, or name it on the base type with [JsonDerivedType(typeof({actual.Name}), \"{actual.Name}\")].";

    private string? Examine(Type type, HashSet<Type> seen)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Examine(underlying, seen);
        if (HasConverter(type))
            return null;
        if (RefuseByKind(type) is { } refusal)
            return refusal;
        if (typeof(Exception).IsAssignableFrom(type) || !seen.Add(type))
            return null;

        JsonTypeInfo contract;
        try
        {
            contract = options.GetTypeInfo(type);
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return error.Message; // the serialiser refuses the contract and says why
        }
        return contract.Kind switch
        {
            JsonTypeInfoKind.Object => ExamineMembers(contract, seen),
            JsonTypeInfoKind.Enumerable => RefuseUnmakeable(contract) ?? Examine(contract.ElementType!, seen),
            JsonTypeInfoKind.Dictionary =>
                RefuseUnmakeable(contract) ?? Examine(contract.KeyType!, seen) ?? Examine(contract.ElementType!, seen),
            _ => null,
        };
    }

    /// <summary>The serialiser writes every collection, and says that it cannot make one only when it reads it. It makes arrays,
    /// interfaces and immutable collections without a constructor.</summary>
    private static string? RefuseUnmakeable(JsonTypeInfo contract) =>
        contract.CreateObject is null && contract.Type is { IsClass: true, IsArray: false, Namespace: not "System.Collections.Immutable" }
            ? PayloadTexts.Unmakeable(TypeNames.Of(contract.Type))
            : null;

    private static string? RefuseByKind(Type type)
    {
        string name = TypeNames.Of(type);
        if (type == typeof(object))
            return PayloadTexts.Object;
        if (typeof(Delegate).IsAssignableFrom(type))
            return PayloadTexts.Delegate(name);
        if (typeof(Stream).IsAssignableFrom(type))
            return PayloadTexts.Stream(name);
        if (typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask))
            return PayloadTexts.Task(name);
        if (type == typeof(CancellationToken))
            return PayloadTexts.Token;
        if (type == typeof(IntPtr)
            || type == typeof(UIntPtr)
            || type.IsPointer
            || type.IsByRefLike
            || typeof(MemberInfo).IsAssignableFrom(type))
            return PayloadTexts.OwnProcess(name);
        if (type.IsArray && type.GetArrayRank() > 1)
            return PayloadTexts.Dimensions(name, type.GetArrayRank());
        return IsStack(type) ? PayloadTexts.Stack(name) : null;
    }

    /// <summary>A stack is written from its top, and read by pushing what comes first.</summary>
    private static bool IsStack(Type type)
    {
        for (Type? level = type; level is not null; level = level.BaseType)
        {
            if (level.IsGenericType && s_stacks.Contains(level.GetGenericTypeDefinition()))
                return true;
        }
        return false;
    }

    private string? ExamineMembers(JsonTypeInfo contract, HashSet<Type> seen)
    {
        Type type = contract.Type;
        if (contract.PolymorphismOptions is { } declared)
        {
            foreach (JsonDerivedType derived in declared.DerivedTypes)
            {
                if (derived.DerivedType != type && Examine(derived.DerivedType, seen) is { } reason)
                    return reason;
            }
            return null;
        }
        if (type.IsAbstract)
            return PayloadTexts.Abstract(TypeNames.Of(type));
        if (contract.CreateObject is null && !HasUsableConstructor(type))
            return PayloadTexts.NoConstructor(TypeNames.Of(type), Remedy(type));
        if (UnboundParameter(contract) is { } parameter)
            return PayloadTexts.UnboundParameter(parameter, Remedy(type));
        foreach (JsonPropertyInfo member in contract.Properties)
        {
            if (member.Get is null)
                continue;
            if (member.Set is null && member.AssociatedParameter is null && !member.IsExtensionData)
                return PayloadTexts.ReadOnly(member.Name, Remedy(type));
            if (member.CustomConverter is null && Examine(member.PropertyType, seen) is { } reason)
                return PayloadTexts.OfMember(member.Name, reason);
        }
        return HiddenState.Find(contract) is var (field, reader) ? PayloadTexts.Hidden(field.Name, reader.Name) : null;
    }

    /// <summary>Nobody can change a type of .NET.</summary>
    private static string? Remedy(Type type) => FieldUse.IsOfFramework(type) ? PayloadTexts.RemedyOfFramework : null;

    private bool HasConverter(Type type)
    {
        if (type.IsDefined(typeof(JsonConverterAttribute), inherit: false))
            return true;
        foreach (JsonConverter converter in options.Converters)
        {
            if (converter is not ExceptionValueConverter && converter.CanConvert(type))
                return true;
        }
        return false;
    }

    /// <summary>The serialiser says it only when it reads a value.</summary>
    private static string? UnboundParameter(JsonTypeInfo contract)
    {
        ParameterInfo[] parameters = (contract.ConstructorAttributeProvider as ConstructorInfo)?.GetParameters() ?? [];
        return Array.Find(
            parameters,
            parameter => !contract.Properties.Any(member => member.AssociatedParameter?.Position == parameter.Position))?.Name;
    }

    private static bool HasUsableConstructor(Type type) =>
        type.IsValueType
        || type.GetConstructors().Length == 1
        || Array.Exists(type.GetConstructors(), constructor => constructor.IsDefined(typeof(JsonConstructorAttribute), inherit: false))
        || type.GetConstructor(Type.EmptyTypes) is not null;
}
