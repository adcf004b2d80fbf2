using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Offloop.CodeFixes;

/// <summary>Makes a capturing lambda static and passes what it captured as the argument, in a tuple if there are several values.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PassAsArgumentFix : CodeFixProvider
{
    private const string Title = "Pass what it captures as the argument";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["OFFLOOP101"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span, getInnermostNodeForTie: true) is not LambdaExpressionSyntax lambda
            || CapturingCall.Of(lambda, model, context.CancellationToken) is not { } call)
            return;
        context.RegisterCodeFix(
            CodeAction.Create(
                Title,
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(call.Invocation, call.Rewritten()))),
                Title),
            context.Diagnostics);
    }
}
