using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers.Calls;

/// <summary>The types of the library in one compilation.</summary>
internal sealed class KnownTypes
{
    private readonly INamedTypeSymbol _executor;
    private readonly INamedTypeSymbol?[] _owners;
    private readonly INamedTypeSymbol?[] _options;
    private readonly INamedTypeSymbol?[] _holders;

    private KnownTypes(Compilation compilation, INamedTypeSymbol executor)
    {
        _executor = executor;
        _owners = [executor, compilation.GetTypeByMetadataName("Offloop.WorkerInitializer")];
        _options =
        [
            compilation.GetTypeByMetadataName("Offloop.ExecutorOptions"),
            compilation.GetTypeByMetadataName("Offloop.ProcessPoolOptions"),
        ];
        // An inline executor holds nothing.
        _holders =
        [
            compilation.GetTypeByMetadataName("Offloop.ProcessPoolExecutor"),
            compilation.GetTypeByMetadataName("Offloop.ThreadPoolExecutor"),
        ];
    }

    /// <summary>Returns null if the compilation does not use the library.</summary>
    public static KnownTypes? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Offloop.Executor") is { } executor ? new KnownTypes(compilation, executor) : null;

    /// <summary>Whether the method takes work that runs in a worker.</summary>
    public bool TakesWork(IMethodSymbol method) => Contains(_owners, method.ContainingType);

    /// <summary>Whether the method belongs to every executor.</summary>
    public bool IsOfExecutor(IMethodSymbol method) => Same(method.ContainingType, _executor);

    /// <summary>Whether the property is an option whose delegate runs in each worker too.</summary>
    public bool RunsInWorkers(IPropertySymbol property) =>
        property.Name is "JsonOptions" or "WorkerTelemetry" && Contains(_options, property.ContainingType);

    /// <summary>Whether objects of the type hold threads or processes until they are disposed.</summary>
    public bool HoldsWorkers(ITypeSymbol? type) => type is INamedTypeSymbol named && Contains(_holders, named);

    private static bool Contains(INamedTypeSymbol?[] types, INamedTypeSymbol type) => types.Any(known => Same(known, type));

    private static bool Same(ISymbol? one, ISymbol other) => SymbolEqualityComparer.Default.Equals(one, other);
}
