using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers.Payloads;

/// <summary>Finds a private field that code outside the type can see and that JSON does not carry, by the rules of the executors
/// (HiddenState). In doubt a field is allowed; so are the fields of types without source.</summary>
internal sealed class HiddenFields(JsonMembers members, Compilation compilation, CancellationToken cancellationToken)
{
    private readonly INamedTypeSymbol[] _levels = [.. members.Levels.TakeWhile(static level => !JsonNames.IsOfFramework(level))];

    /// <summary>Returns the field that would be lost and the public method that reads it, or null.</summary>
    public static (IFieldSymbol Field, IMethodSymbol Reader)? Find(
        JsonMembers members, Compilation compilation, CancellationToken cancellationToken) =>
        new HiddenFields(members, compilation, cancellationToken).Find();

    private (IFieldSymbol Field, IMethodSymbol Reader)? Find()
    {
        List<IFieldSymbol> candidates = [.. _levels.SelectMany(static level => level.GetMembers()).OfType<IFieldSymbol>().Where(MayBeLost)];
        if (candidates.Count == 0)
            return null; // as almost always, and no code was looked at
        FieldUses carried = NewUses();
        if (members.Maker is { Parameters.Length: > 0 } maker)
            carried.Follow(maker);
        foreach (IMethodSymbol accessor in members.All.SelectMany(static member => Accessors(member.Symbol)))
            carried.Follow(accessor);
        candidates.RemoveAll(field => carried.Reads(field) || carried.Writes(field));
        if (candidates.Count == 0)
            return null;

        HashSet<ISymbol> given = new(GivenFromOutside(candidates), SymbolEqualityComparer.Default);
        foreach (IMethodSymbol reader in Methods().Where(IsReader))
        {
            FieldUses use = NewUses();
            use.Add(reader);
            if (candidates.Find(field => given.Contains(field) && use.Reads(field) && !use.Writes(field)) is { } lost) // a cache writes too
                return (lost, reader);
        }
        return null;
    }

    private static IEnumerable<IMethodSymbol> Accessors(ISymbol member) =>
        member is IPropertySymbol property
            ? new[] { property.GetMethod, property.SetMethod }.OfType<IMethodSymbol>()
            : [];

    /// <summary>Whether the field holds data and nobody has said that it may stay behind.</summary>
    private static bool MayBeLost(IFieldSymbol field) =>
        field is { IsStatic: false, IsImplicitlyDeclared: false, AssociatedSymbol: null }
        && field.DeclaredAccessibility != Accessibility.Public
        && SymbolNames.Attribute(field, JsonNames.Include) is null
        && SymbolNames.Attribute(field, "System.NonSerializedAttribute") is null
        && SymbolNames.Attribute(field, JsonNames.Ignore) is null
        && IsData(field.Type);

    /// <summary>A lock, a logger, a callback or a lazy value is no data: the type makes it again.</summary>
    private static bool IsData(ITypeSymbol type)
    {
        if (SymbolNames.DerivesFrom(type, "System.Delegate")
            || type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr
            || type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return false;
        return type.IsValueType
            || IsEnumerable(type) // a text or a collection
            || (!JsonNames.IsOfFramework(type) && !type.IsAbstract);
    }

    /// <summary>A collection that something else can fill. An array is a table, more often than not.</summary>
    private static bool IsFillable(ITypeSymbol type) =>
        IsEnumerable(type)
        && type.SpecialType != SpecialType.System_String
        && type.TypeKind != TypeKind.Array
        && type.ContainingNamespace?.ToDisplayString() is not ("System.Collections.Immutable" or "System.Collections.Frozen");

    private static bool IsEnumerable(ITypeSymbol type) =>
        type.AllInterfaces.Concat([type]).Any(static one => one.SpecialType == SpecialType.System_Collections_IEnumerable);

    /// <summary>A public method that returns something without being told anything, or the getter of an indexer.</summary>
    private static bool IsReader(IMethodSymbol method) =>
        method is { DeclaredAccessibility: Accessibility.Public, ReturnsVoid: false, IsOverride: false, IsImplicitlyDeclared: false }
        && method.MethodKind switch
        {
            MethodKind.PropertyGet => method.Parameters.Length > 0,
            MethodKind.Ordinary => method.Parameters.Length == 0,
            _ => false,
        };

    private FieldUses NewUses() => new(compilation, cancellationToken);

    private IEnumerable<IMethodSymbol> Methods() => _levels.SelectMany(static level => level.GetMembers()).OfType<IMethodSymbol>()
        .Where(static method => !method.IsStatic && method.MethodKind != MethodKind.Constructor);

    /// <summary>The fields whose value may differ from what the constructor of the copy gives them: something else sets them, or they are
    /// collections that something else can fill.</summary>
    private IEnumerable<IFieldSymbol> GivenFromOutside(List<IFieldSymbol> candidates)
    {
        FieldUses making = NewUses();
        if (members.Maker is not null)
            making.Add(members.Maker);
        FieldUses constructors = NewUses();
        foreach (IMethodSymbol constructor in _levels.SelectMany(static level => level.InstanceConstructors))
        {
            if (!SymbolEqualityComparer.Default.Equals(constructor, members.Maker))
                constructors.Add(constructor);
        }
        FieldUses methods = NewUses();
        FieldUses fillers = NewUses();
        foreach (IMethodSymbol method in Methods())
        {
            methods.Add(method);
            if (method.DeclaredAccessibility == Accessibility.Public && (method.ReturnsVoid || method.Parameters.Length > 0))
                fillers.Add(method);
        }
        return candidates.Where(field => methods.MayWrite(field)
            || constructors.WritesArgument(field)
            || (constructors.Writes(field) && !making.Writes(field))
            || (IsFillable(field.Type) && fillers.Reads(field)));
    }
}
