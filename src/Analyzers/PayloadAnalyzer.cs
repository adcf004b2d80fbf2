using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Offloop.Analyzers.Calls;
using Offloop.Analyzers.Payloads;
using Offloop.Payloads;

namespace Offloop.Analyzers;

/// <summary>Names argument, result and item types that would lose data, with the reason that the executors give. It is silent in a project
/// that sets JsonOptions, where a converter may carry any type.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PayloadAnalyzer : LibraryAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Payload];

    private protected override void Start(CompilationStartAnalysisContext start, KnownTypes types)
    {
        Compilation compilation = start.Compilation;
        var changesJson = new Lazy<bool>(() => compilation.SyntaxTrees.Any(SetsJsonOptions)); // looked at if a type would be refused
        start.RegisterOperationAction(call => Examine(call, types, changesJson), OperationKind.Invocation);
    }

    private static bool SetsJsonOptions(SyntaxTree tree) => tree.GetRoot().DescendantTokens()
        .Any(static token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == "JsonOptions");

    private static void Examine(OperationAnalysisContext context, KnownTypes types, Lazy<bool> changesJson)
    {
        var call = (IInvocationOperation)context.Operation;
        IMethodSymbol method = call.TargetMethod;
        if (!types.TakesWork(method) || WorkArgument.Of(call) is not { } work)
            return;
        for (int i = 0; i < method.TypeParameters.Length; i++)
        {
            ITypeSymbol type = method.TypeArguments[i];
            string? role = method.TypeParameters[i].Name switch
            {
                "TArg" => "argument",
                "TResult" => "result",
                "TItem" => "item",
                _ => null,
            };
            if (role is null || (role != "argument" && ResultAnalyzer.Refusal(type) is not null))
                continue; // the other rule has said it
            if (SymbolContract.Examine(type, context.Compilation, context.CancellationToken) is { } reason && !changesJson.Value)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.Payload, work.Syntax.GetLocation(), PayloadTexts.Refusal(role, SymbolNames.Of(type), reason)));
            }
        }
    }
}
