using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Offloop.Analyzers.Calls;
using Offloop.Analyzers.Payloads;
using Offloop.Invocation;

namespace Offloop.Analyzers;

/// <summary>Names what a submitted delegate captures. A delegate that comes from elsewhere, in a variable say, is not followed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DelegateAnalyzer : LibraryAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Capture, Rules.Instance];

    private protected override void Start(CompilationStartAnalysisContext start, KnownTypes types)
    {
        start.RegisterOperationAction(call => Call(call, types), OperationKind.Invocation);
        start.RegisterOperationAction(set => Option(set, types), OperationKind.SimpleAssignment);
    }

    private static void Call(OperationAnalysisContext context, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (types.TakesWork(call.TargetMethod) && WorkArgument.Of(call) is { } work)
            Examine(context, work, WorkTexts.Captures);
    }

    private static void Option(OperationAnalysisContext context, KnownTypes types)
    {
        var set = (ISimpleAssignmentOperation)context.Operation;
        if (set.Target is IPropertyReferenceOperation { Property: var property } && types.RunsInWorkers(property))
            Examine(context, WorkArgument.Unwrapped(set.Value), captured => WorkTexts.OptionCaptures(property.Name, captured));
    }

    private static void Examine(OperationAnalysisContext context, IOperation work, Func<string, string> text)
    {
        switch (work)
        {
            case IAnonymousFunctionOperation lambda when Captures.Of(lambda) is { Any: true } captures:
                Report(Rules.Capture, captures.Describe());
                break;
            case IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } function }
                when Captures.Of(function, work) is { Any: true } captures:
                Report(Rules.Capture, captures.Describe());
                break;
            case IMethodReferenceOperation { Instance: { Type: { } bound }, Method: { IsStatic: true } or { ReducedFrom: not null } }:
                Report(Rules.Capture, WorkTexts.FirstArgument(SymbolNames.Of(bound)));
                break;
            case IMethodReferenceOperation { Instance.Type: { } owner, Method: { IsStatic: false, MethodKind: MethodKind.Ordinary } }:
                Report(Rules.Instance, WorkTexts.This(SymbolNames.Of(owner)));
                break;
            default:
                break;
        }

        void Report(DiagnosticDescriptor rule, string captured) =>
            context.ReportDiagnostic(Diagnostic.Create(rule, work.Syntax.GetLocation(), text(captured)));
    }
}
