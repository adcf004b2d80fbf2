using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>Finds the uses of types across files of different folders. A use is a name or an expression that the compiler binds to a type
/// or to a member of one, so a <c>var</c>, a <c>new()</c> and a call through an inferred type count. Docstrings do not.</summary>
internal static class ArrowReader
{
    public static IReadOnlyList<Arrow> Read(CSharpCompilation compilation) =>
        [.. compilation.SyntaxTrees.SelectMany(tree => Read(tree, compilation.GetSemanticModel(tree)))
            .Distinct()
            .OrderBy(static arrow => arrow.File, StringComparer.Ordinal).ThenBy(static arrow => arrow.Line)];

    private static IEnumerable<Arrow> Read(SyntaxTree tree, SemanticModel model)
    {
        string folder = FullFolderOf(tree.FilePath);
        IAssemblySymbol assembly = model.Compilation.Assembly;
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            foreach (INamedTypeSymbol type in TypesUsedBy(node, model).Where(type => IsOf(assembly, type)))
            {
                foreach (string declaredIn in DeclarationsElsewhere(type, node, folder))
                    yield return new Arrow(tree.FilePath, LineOf(node), type.Name, declaredIn);
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> TypesUsedBy(SyntaxNode node, SemanticModel model) => node switch
    {
        BaseTypeDeclarationSyntax declaration => TypesOf(model.GetDeclaredSymbol(declaration)),
        IdentifierNameSyntax { IsVar: true } => PartsOf(model.GetTypeInfo(node).Type),
        ExpressionSyntax and not LiteralExpressionSyntax => TypesOf(SymbolOf(model.GetSymbolInfo(node))),
        ConstructorInitializerSyntax => TypesOf(SymbolOf(model.GetSymbolInfo(node))),
        _ => [],
    };

    /// <summary>The first candidate if the compiler cannot decide, as where generated members are missing.</summary>
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
