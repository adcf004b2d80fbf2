using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers.Payloads;

/// <summary>Names types as the executors do (TypeNames), and compares them by name.</summary>
internal static class SymbolNames
{
    public static string Of(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
            return $"{Of(array.ElementType)}[{new string(',', array.Rank - 1)}]";
        if (type is not INamedTypeSymbol named)
            return type is IDynamicTypeSymbol ? "System.Object" : type.ToDisplayString();
        ITypeSymbol[] arguments = [.. Arguments(Plain(named))];
        string name = Definition(named);
        int tick = name.IndexOf('`');
        return arguments.Length == 0 ? name : $"{(tick < 0 ? name : name.Substring(0, tick))}<{string.Join(", ", arguments.Select(Of))}>";
    }

    /// <summary>The name of the type's definition in metadata, such as System.Collections.Generic.List`1.</summary>
    public static string Definition(ITypeSymbol type)
    {
        string name = type is INamedTypeSymbol named ? Plain(named).MetadataName : type.MetadataName;
        return type.ContainingType is { } outer
            ? $"{Definition(outer)}+{name}"
            : type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{space.ToDisplayString()}.{name}" : name;
    }

    /// <summary>Whether the type is the named one or derives from it.</summary>
    public static bool DerivesFrom(ITypeSymbol type, string definition)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            if (Definition(level) == definition)
                return true;
        }
        return false;
    }

    /// <summary>Whether a symbol has an attribute of the named type, or of one that derives from it.</summary>
    public static AttributeData? Attribute(ISymbol symbol, string definition) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass is { } type && DerivesFrom(type, definition));

    /// <summary>A tuple without the names of its elements.</summary>
    public static INamedTypeSymbol Plain(INamedTypeSymbol type) => type.TupleUnderlyingType ?? type;

    private static IEnumerable<ITypeSymbol> Arguments(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Arguments(outer).Concat(type.TypeArguments) : type.TypeArguments;
}
