using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>Finds the uses of types across files of different folders. A use is a name or an expression that the compiler binds to a type
/// or to a member of one, so a <c>var</c>, a <c>new()</c> and a call through an inferred type count. Docstrings do not.</summary>
internal static class ArrowReader
{
    /// <summary>The arrows between files, in their order.</summary>
    public static Arrow[] Read(IEnumerable<SemanticModel> models) =>
        [.. models.AsParallel().SelectMany(Read).Distinct()
            .OrderBy(static arrow => arrow.File, StringComparer.Ordinal).ThenBy(static arrow => arrow.Line)
            .ThenBy(static arrow => arrow.Type, StringComparer.Ordinal)];

    /// <summary>The types that are not found. Everything inferred from such a type is unknown too, which could hide an arrow.</summary>
    public static string[] ReadMissing(IEnumerable<SemanticModel> models) =>
        [.. models.AsParallel().AsOrdered().SelectMany(static model => model.SyntaxTree.GetRoot().DescendantNodes()
            .Where(node => IsMissing(node, model))
            .Select(node => $"{model.SyntaxTree.FilePath}:{LineOf(node)}: {node} is not found."))];

    private static IEnumerable<Arrow> Read(SemanticModel model)
    {
        string path = model.SyntaxTree.FilePath;
        string folder = FullFolderOf(path);
        IAssemblySymbol assembly = model.Compilation.Assembly;
        foreach (SyntaxNode node in model.SyntaxTree.GetRoot().DescendantNodes())
        {
            foreach (INamedTypeSymbol type in TypesUsedBy(node, model).Where(type => IsOf(assembly, type)))
            {
                foreach (string declaredIn in DeclarationsElsewhere(type, node, folder))
                    yield return new Arrow(path, LineOf(node), type.Name, declaredIn);
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> TypesUsedBy(SyntaxNode node, SemanticModel model) => node switch
    {
        BaseTypeDeclarationSyntax declaration => TypesOf(model.GetDeclaredSymbol(declaration)),
        IdentifierNameSyntax { IsVar: true } => PartsOf(model.GetTypeInfo(node).Type),
        SimpleNameSyntax or ConstructorInitializerSyntax => TypesOf(SymbolOf(model.GetSymbolInfo(node))),
        // These may use a type without a name: new(), an operator, an indexer.
        ImplicitObjectCreationExpressionSyntax or BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax
            or AssignmentExpressionSyntax or ElementAccessExpressionSyntax => TypesOf(SymbolOf(model.GetSymbolInfo(node))),
        _ => [],
    };

    /// <summary>Whether the node names a type, or a namespace, that does not exist.</summary>
    private static bool IsMissing(SyntaxNode node, SemanticModel model) =>
        node is SimpleNameSyntax { IsVar: false, IsNotNull: false, IsUnmanaged: false } name && SyntaxFacts.IsInNamespaceOrTypeContext(name)
        && model.GetSymbolInfo(name) is { Symbol: null, CandidateSymbols.IsEmpty: true };

    /// <summary>The first candidate if the compiler cannot decide, for example because a generator would add a member.</summary>
    private static ISymbol? SymbolOf(SymbolInfo info) => info.Symbol ?? info.CandidateSymbols.FirstOrDefault();

    private static IEnumerable<INamedTypeSymbol> TypesOf(ISymbol? symbol) => symbol switch
    {
        null or INamespaceSymbol or ITypeParameterSymbol => [],
        ITypeSymbol type => PartsOf(type),
        _ => PartsOf(symbol.ContainingType),
    };

    /// <summary>The type, and the types that it is made of: arguments and elements.</summary>
    private static IEnumerable<INamedTypeSymbol> PartsOf(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => PartsOf(array.ElementType),
        IPointerTypeSymbol pointer => PartsOf(pointer.PointedAtType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(PartsOf).Prepend(named.OriginalDefinition),
        _ => [],
    };

    /// <summary>The files that declare the type, unless one of them lies in the folder that uses it. A partial type that lies in two
    /// folders uses itself from each of them.</summary>
    private static IEnumerable<string> DeclarationsElsewhere(INamedTypeSymbol type, SyntaxNode node, string folder)
    {
        string[] files = [.. type.DeclaringSyntaxReferences.Select(static reference => reference.SyntaxTree.FilePath)];
        return node is not BaseTypeDeclarationSyntax && files.Any(file => FullFolderOf(file) == folder)
            ? []
            : files.Where(file => FullFolderOf(file) != folder).Take(1);
    }

    private static bool IsOf(IAssemblySymbol assembly, INamedTypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly);

    private static string FullFolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
