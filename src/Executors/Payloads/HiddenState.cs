using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Offloop.Payloads;

/// <summary>Finds a private field that code outside the type can see and that JSON does not carry: its value would come back as the
/// default. It reads the code of the type's members, because no declaration says which fields they use. In doubt a field is allowed.
/// </summary>
internal sealed class HiddenState
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly List<Type> _levels = [];
    private readonly HashSet<string> _carriedNames = [];
    private readonly List<MethodBase> _carriers = [];
    private readonly ConstructorInfo? _maker;

    private HiddenState(JsonTypeInfo contract)
    {
        for (Type? level = contract.Type; level is not null && !FieldUse.IsOfFramework(level); level = level.BaseType)
            _levels.Add(level);
        _maker = contract.ConstructorAttributeProvider as ConstructorInfo;
        if (_maker?.GetParameters().Length > 0)
            _carriers.Add(_maker);
        foreach (JsonPropertyInfo member in contract.Properties)
        {
            if (member.AttributeProvider is FieldInfo field)
                _carriedNames.Add(field.Name);
            if (member.AttributeProvider is not PropertyInfo property)
                continue;
            _carriedNames.Add($"<{property.Name}>k__BackingField");
            _carriers.AddRange(property.GetAccessors(nonPublic: true));
        }
    }

    /// <summary>Returns the field that would be lost and the public member that reads it, or null.</summary>
    public static (FieldInfo Field, MemberInfo Reader)? Find(JsonTypeInfo contract)
    {
        try
        {
            return new HiddenState(contract).Find();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null; // code that cannot be read here, because it names an assembly that is missing, say
        }
    }

    private (FieldInfo Field, MemberInfo Reader)? Find()
    {
        List<FieldInfo> candidates = [.. _levels.SelectMany(static level => level.GetFields(Declared)).Where(MayBeLost)];
        if (candidates.Count == 0)
            return null; // as almost always, and nothing else was looked at
        FieldUse carried = new();
        foreach (MethodBase carrier in _carriers)
            carried.Follow(carrier);
        candidates.RemoveAll(field => carried.Reads(field) || carried.Writes(field));
        if (candidates.Count == 0)
            return null;

        HashSet<FieldInfo> given = [.. GivenFromOutside(candidates)];
        foreach (MethodInfo reader in _levels.SelectMany(static level => level.GetMethods(Declared)).Where(IsReader))
        {
            FieldUse use = new();
            use.Add(reader);
            if (candidates.Find(field => given.Contains(field) && use.Reads(field) && !use.Writes(field)) is { } lost) // a cache writes too
                return (lost, reader);
        }
        return null;
    }

    /// <summary>Whether the field holds data and nobody has said that it may stay behind.</summary>
    private bool MayBeLost(FieldInfo field) =>
        !_carriedNames.Contains(field.Name)
        && !field.IsDefined(typeof(NonSerializedAttribute), inherit: false)
        && !field.IsDefined(typeof(JsonIgnoreAttribute), inherit: false)
        && IsData(field.FieldType);

    /// <summary>A lock, a logger, a callback or a lazy value is no data: the type makes it again.</summary>
    private static bool IsData(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type) || type == typeof(IntPtr) || type == typeof(UIntPtr) || type.IsPointer)
            return false;
        return type.IsValueType
            || typeof(IEnumerable).IsAssignableFrom(type) // a text or a collection
            || (!FieldUse.IsOfFramework(type) && !type.IsAbstract);
    }

    /// <summary>The fields whose value may differ from what the constructor of the copy gives them: something else sets them, or they are
    /// collections that something else can fill.</summary>
    private IEnumerable<FieldInfo> GivenFromOutside(List<FieldInfo> candidates)
    {
        FieldUse making = new(); // an initializer of a field is part of every constructor
        if (_maker is not null)
            making.Add(_maker);
        FieldUse constructors = new();
        foreach (ConstructorInfo constructor in _levels.SelectMany(static level => level.GetConstructors(Declared)))
        {
            if (constructor != _maker)
                constructors.Add(constructor);
        }
        FieldUse methods = new();
        FieldUse fillers = new();
        foreach (MethodInfo method in _levels.SelectMany(static level => level.GetMethods(Declared)))
        {
            methods.Add(method);
            if (method.IsPublic && (method.ReturnType == typeof(void) || method.GetParameters().Length > 0))
                fillers.Add(method);
        }
        return candidates.Where(field => methods.MayWrite(field)
            || constructors.WritesArgument(field)
            || (constructors.Writes(field) && !making.Writes(field))
            || (IsFillable(field.FieldType) && fillers.Reads(field)));
    }

    private static bool IsFillable(Type type) =>
        typeof(IEnumerable).IsAssignableFrom(type)
        && type != typeof(string)
        && !type.IsArray // a table, more often than not
        && type.Namespace is not ("System.Collections.Immutable" or "System.Collections.Frozen");

    /// <summary>A public method that returns something without being told anything, or the getter of an indexer. Overrides, such as those
    /// of ToString and GetHashCode, are left out: they describe.</summary>
    private static bool IsReader(MethodInfo method)
    {
        if (!method.IsPublic || method.ReturnType == typeof(void) || method.GetBaseDefinition() != method
            || method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
            return false;
        return method.IsSpecialName
            ? method.Name.StartsWith("get_", StringComparison.Ordinal) && method.GetParameters().Length > 0
            : method.GetParameters().Length == 0;
    }
}
