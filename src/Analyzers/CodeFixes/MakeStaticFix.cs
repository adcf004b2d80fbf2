using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Offloop.CodeFixes;

/// <summary>Makes a submitted instance method static, where it uses nothing of its object, and changes those who call it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MakeStaticFix : CodeFixProvider
{
    private const string Title = "Make the method static";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["OFFLOOP102"];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null; // a fix changes other places than its own

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        CancellationToken cancellationToken = context.CancellationToken;
        if (await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span, getInnermostNodeForTie: true) is not { } work
            || model.GetSymbolInfo(work, cancellationToken).Symbol is not IMethodSymbol method
            || !CanBeStatic(method, model.Compilation, cancellationToken))
            return;
        context.RegisterCodeFix(
            CodeAction.Create(Title, token => MakeAsync(context.Document.Project.Solution, method, token), Title),
            context.Diagnostics);
    }

    private static bool CanBeStatic(IMethodSymbol method, Compilation compilation, CancellationToken cancellationToken)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, IsVirtual: false, IsOverride: false, IsAbstract: false }
            || method.DeclaringSyntaxReferences.Length != 1
            || method.ExplicitInterfaceImplementations.Length > 0
            || method.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is not MethodDeclarationSyntax declaration
            || method.ContainingType.AllInterfaces.SelectMany(static one => one.GetMembers())
                .Select(method.ContainingType.FindImplementationForInterfaceMember).Contains(method, SymbolEqualityComparer.Default))
            return false;
        return compilation.GetSemanticModel(declaration.SyntaxTree).GetOperation(declaration, cancellationToken) is { } body
            && !body.Descendants().Any(UsesItsObject);
    }

    private static bool UsesItsObject(IOperation operation) =>
        operation is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }
            or IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } };

    private static SyntaxNode OwnerOf(IMethodSymbol method, DocumentEditor document) =>
        document.Generator.TypeExpression(method.ContainingType).WithAdditionalAnnotations(Simplifier.Annotation);

    private static async Task<Solution> MakeAsync(Solution solution, IMethodSymbol method, CancellationToken cancellationToken)
    {
        var editor = new SolutionEditor(solution);
        foreach (ReferencedSymbol found in
            await SymbolFinder.FindReferencesAsync(method, solution, cancellationToken).ConfigureAwait(false))
        {
            foreach (ReferenceLocation place in found.Locations)
            {
                DocumentEditor document = await editor.GetDocumentEditorAsync(place.Document.Id, cancellationToken).ConfigureAwait(false);
                SyntaxNode name = document.OriginalRoot.FindNode(place.Location.SourceSpan, getInnermostNodeForTie: true);
                if (name.Parent is MemberAccessExpressionSyntax access && access.Name == name)
                {
                    if (access.Expression is ThisExpressionSyntax)
                        document.ReplaceNode(access, access.Name.WithTriviaFrom(access));
                    else
                        document.ReplaceNode(access.Expression, OwnerOf(method, document).WithTriviaFrom(access.Expression));
                }
                else if (name.Parent is MemberBindingExpressionSyntax)
                {
                    return solution; // object?.Method(): what it should be without the object is for a person to say
                }
            }
        }
        SyntaxReference reference = method.DeclaringSyntaxReferences[0];
        SyntaxNode declaration = await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false);
        DocumentEditor home = await editor
            .GetDocumentEditorAsync(solution.GetDocumentId(declaration.SyntaxTree), cancellationToken).ConfigureAwait(false);
        home.SetModifiers(declaration, home.Generator.GetModifiers(declaration).WithIsStatic(true));
        return editor.GetChangedSolution();
    }
}
