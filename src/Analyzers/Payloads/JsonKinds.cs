using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers.Payloads;

/// <summary>How System.Text.Json takes a type: as one value, as a collection, or as an object with members.</summary>
internal static class JsonKinds
{
    private static readonly HashSet<string> s_values =
    [
        "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.TimeSpan", "System.Guid", "System.Half",
        "System.Int128", "System.UInt128", "System.Uri", "System.Version", "System.Text.Json.JsonElement", "System.Text.Json.JsonDocument",
    ];

    private static readonly HashSet<string> s_stacks =
    [
        "System.Collections.Generic.Stack`1", "System.Collections.Concurrent.ConcurrentStack`1",
        "System.Collections.Immutable.ImmutableStack`1", "System.Collections.Immutable.IImmutableStack`1",
    ];

    /// <summary>Whether the serialiser writes the type as one value, with a converter of its own.</summary>
    public static bool IsValue(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum
        || type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_String) and not SpecialType.System_IntPtr
        || s_values.Contains(SymbolNames.Definition(type))
        || SymbolNames.DerivesFrom(type, "System.Text.Json.Nodes.JsonNode");

    /// <summary>A stack is written from its top, and read by pushing what comes first.</summary>
    public static bool IsStack(ITypeSymbol type)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            if (s_stacks.Contains(SymbolNames.Definition(level)))
                return true;
        }
        return false;
    }

    /// <summary>Returns the types of what a collection holds, with the key before the value; null if the type is none.</summary>
    public static ImmutableArray<ITypeSymbol>? CollectionOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
            return [array.ElementType];
        if (SymbolNames.Definition(type) is "System.Memory`1" or "System.ReadOnlyMemory`1")
            return ((INamedTypeSymbol)type).TypeArguments;
        return Interface(type, "System.Collections.Generic.IDictionary`2")
            ?? Interface(type, "System.Collections.Generic.IReadOnlyDictionary`2")
            ?? Interface(type, "System.Collections.Generic.IEnumerable`1")
            ?? Interface(type, "System.Collections.Generic.IAsyncEnumerable`1")
            ?? Untyped(type);
    }

    /// <summary>Whether JSON writes the collection and cannot make it empty to fill it again. It makes arrays, interfaces and immutable
    /// collections without a constructor.</summary>
    public static bool IsUnmakeable(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Class } named
        && named.ContainingNamespace.ToDisplayString() != "System.Collections.Immutable"
        && (named.IsAbstract || !named.InstanceConstructors.Any(static constructor =>
            constructor is { Parameters.Length: 0, DeclaredAccessibility: Accessibility.Public }));

    private static ImmutableArray<ITypeSymbol>? Interface(ITypeSymbol type, string definition) =>
        type.AllInterfaces.Concat(type.TypeKind == TypeKind.Interface ? [(INamedTypeSymbol)type] : [])
            .FirstOrDefault(one => SymbolNames.Definition(one) == definition)?.TypeArguments;

    /// <summary>The items of a collection without type arguments are objects, which the executors refuse.</summary>
    private static ImmutableArray<ITypeSymbol>? Untyped(ITypeSymbol type) =>
        type.AllInterfaces.Concat([type]).FirstOrDefault(static one => one.SpecialType == SpecialType.System_Collections_IEnumerable)
            is { } items
            ? [ObjectOf(items)]
            : null;

    /// <summary>System.Object, from the assembly that declares the given type of the framework.</summary>
    private static ITypeSymbol ObjectOf(ITypeSymbol type) =>
        type.ContainingAssembly.GetTypeByMetadataName("System.Object") ?? ((IMethodSymbol)type.GetMembers("GetEnumerator")[0]).ReturnType;
}
