using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers.Payloads;

/// <summary>A property or a field that JSON carries.</summary>
internal sealed class JsonMember(ISymbol symbol)
{
    private readonly IPropertySymbol? _property = symbol as IPropertySymbol;
    private readonly IFieldSymbol? _field = symbol as IFieldSymbol;
    private readonly bool _isIncluded = SymbolNames.Attribute(symbol, JsonNames.Include) is not null;

    public ISymbol Symbol => symbol;

    public ITypeSymbol Type => _property?.Type ?? _field!.Type;

    /// <summary>The name in JSON, by which the executors call it.</summary>
    public string Name { get; } =
        SymbolNames.Attribute(symbol, JsonNames.PropertyName)?.ConstructorArguments.FirstOrDefault().Value as string ?? symbol.Name;

    public bool CanRead => _field is not null || IsUsable(_property!.GetMethod);

    public bool CanWrite => _field is { IsReadOnly: false } || IsUsable(_property?.SetMethod);

    /// <summary>Whether a parameter of the constructor gives the value back.</summary>
    public bool IsBound { get; set; }

    public bool IsExtensionData => SymbolNames.Attribute(symbol, JsonNames.ExtensionData) is not null;

    public bool HasConverter => SymbolNames.Attribute(symbol, JsonNames.Converter) is not null;

    private bool IsUsable(IMethodSymbol? accessor) =>
        accessor is not null && (_isIncluded || accessor.DeclaredAccessibility == Accessibility.Public);
}
