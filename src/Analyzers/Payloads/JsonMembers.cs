using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers.Payloads;

/// <summary>The members that JSON carries of a type, and the constructor that it calls to make one, as System.Text.Json chooses them with
/// the options of the executors (fields included).</summary>
internal sealed class JsonMembers
{
    private readonly List<JsonMember> _all = [];

    public JsonMembers(INamedTypeSymbol type)
    {
        Type = SymbolNames.Plain(type);
        Levels = [.. LevelsOf(Type)];
        Collect();
        Maker = FindMaker();
        BindParameters();
    }

    public INamedTypeSymbol Type { get; }

    /// <summary>The type and those that it derives from.</summary>
    public IReadOnlyList<INamedTypeSymbol> Levels { get; }

    public IReadOnlyList<JsonMember> All => _all;

    /// <summary>The constructor with which a value is made again; null if there is none.</summary>
    public IMethodSymbol? Maker { get; }

    /// <summary>A parameter of that constructor to which no member belongs.</summary>
    public string? UnboundParameter { get; private set; }

    public bool HasNoConstructor => Maker is null && !Type.IsValueType;

    public static IEnumerable<INamedTypeSymbol> DerivedTypes(INamedTypeSymbol type) => type.GetAttributes()
        .Where(static attribute => attribute.AttributeClass is { } of && SymbolNames.DerivesFrom(of, JsonNames.DerivedType))
        .Select(static attribute => attribute.ConstructorArguments.FirstOrDefault().Value)
        .OfType<INamedTypeSymbol>();

    private static IEnumerable<INamedTypeSymbol> LevelsOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type; level is { SpecialType: not SpecialType.System_Object }; level = level.BaseType)
            yield return level;
    }

    private static bool IsCarried(ISymbol member) =>
        member.DeclaredAccessibility == Accessibility.Public || SymbolNames.Attribute(member, JsonNames.Include) is not null;

    /// <summary>Without a condition, or with Always (1).</summary>
    private static bool IsIgnored(ISymbol member) =>
        SymbolNames.Attribute(member, JsonNames.Ignore) is { } ignore
        && ignore.NamedArguments.FirstOrDefault(static argument => argument.Key == "Condition").Value.Value is null or 1;

    private static bool IsOfJson(IMethodSymbol constructor) => SymbolNames.Attribute(constructor, JsonNames.Constructor) is not null;

    private void Collect()
    {
        HashSet<string> names = [];
        foreach (INamedTypeSymbol level in Levels)
        {
            IEnumerable<ISymbol> properties = level.GetMembers().Where(static member => member is IPropertySymbol { IsIndexer: false });
            IEnumerable<ISymbol> fields = level.GetMembers().Where(static member =>
                member is IFieldSymbol { IsImplicitlyDeclared: false, IsConst: false, AssociatedSymbol: null }
                || member is IFieldSymbol { ContainingType.IsTupleType: true, IsConst: false });
            foreach (ISymbol member in properties.Concat(fields))
            {
                if (member.IsStatic || !IsCarried(member) || !names.Add(member.Name))
                    continue; // what a derived type hides or overrides is told by that type
                if (!IsIgnored(member))
                    _all.Add(new JsonMember(member));
            }
        }
    }

    private IMethodSymbol? FindMaker()
    {
        if (Type.InstanceConstructors.FirstOrDefault(IsOfJson) is { } chosen)
            return chosen;
        IMethodSymbol[] visible =
            [.. Type.InstanceConstructors.Where(static constructor => constructor.DeclaredAccessibility == Accessibility.Public)];
        if (Type.IsValueType)
            return SymbolNames.Definition(Type) == "System.Collections.Generic.KeyValuePair`2" ? Array.Find(visible, HasParameters) : null;
        return Array.Find(visible, static constructor => !HasParameters(constructor)) ?? (visible.Length == 1 ? visible[0] : null);

        static bool HasParameters(IMethodSymbol constructor) => constructor.Parameters.Length > 0;
    }

    private void BindParameters()
    {
        foreach (IParameterSymbol parameter in Maker?.Parameters ?? [])
        {
            JsonMember? member = _all.Find(one =>
                string.Equals(one.Symbol.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                && SymbolEqualityComparer.Default.Equals(one.Type, parameter.Type));
            if (member is not null)
                member.IsBound = true;
            else
                UnboundParameter ??= parameter.Name;
        }
    }
}
