using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers.Payloads;

/// <summary>The attributes of System.Text.Json that matter here.</summary>
internal static class JsonNames
{
    public const string Converter = "System.Text.Json.Serialization.JsonConverterAttribute";
    public const string Polymorphic = "System.Text.Json.Serialization.JsonPolymorphicAttribute";
    public const string DerivedType = "System.Text.Json.Serialization.JsonDerivedTypeAttribute";
    public const string Constructor = "System.Text.Json.Serialization.JsonConstructorAttribute";
    public const string Include = "System.Text.Json.Serialization.JsonIncludeAttribute";
    public const string Ignore = "System.Text.Json.Serialization.JsonIgnoreAttribute";
    public const string PropertyName = "System.Text.Json.Serialization.JsonPropertyNameAttribute";
    public const string ExtensionData = "System.Text.Json.Serialization.JsonExtensionDataAttribute";

    /// <summary>Whether a type comes with .NET: what its fields mean is its own affair.</summary>
    public static bool IsOfFramework(ITypeSymbol type) =>
        type.ContainingAssembly?.Name is { } name
        && (name is "mscorlib" or "netstandard"
            || name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.", StringComparison.Ordinal));
}
