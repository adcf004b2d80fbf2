using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Offloop.Analyzers.Calls;
using Offloop.Analyzers.Payloads;
using Offloop.Invocation;

namespace Offloop.Analyzers;

/// <summary>Names results that stand for work that goes on after the call has returned, by the rules of the executors (ResultRules).
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ResultAnalyzer : LibraryAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Result];

    private protected override void Start(CompilationStartAnalysisContext start, KnownTypes types)
    {
        start.RegisterOperationAction(call => Examine(call, types), OperationKind.Invocation);
    }

    /// <summary>Why an executor refuses the type of a result or of an item; null if it does not.</summary>
    internal static string? Refusal(ITypeSymbol type)
    {
        string name = SymbolNames.Of(type);
        if (SymbolNames.DerivesFrom(type, "System.Threading.Tasks.Task"))
            return WorkTexts.TaskOfTask(name);
        if (SymbolNames.Definition(type) is "System.Threading.Tasks.ValueTask" or "System.Threading.Tasks.ValueTask`1")
            return WorkTexts.ValueTask(name);
        if (type.AllInterfaces.Concat([type]).Any(IsStream))
            return WorkTexts.Stream(name);
        return IsAwaitable(type) ? WorkTexts.Awaitable(name) : null;
    }

    private static bool IsStream(ITypeSymbol type) => SymbolNames.Definition(type)
        is "System.Collections.Generic.IAsyncEnumerable`1"
        or "System.Collections.Generic.IAsyncEnumerator`1"
        or "System.Collections.Generic.IEnumerator`1";

    private static bool IsAwaitable(ITypeSymbol type)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            if (level.GetMembers("GetAwaiter").OfType<IMethodSymbol>().Any(static method =>
                method is { IsStatic: false, DeclaredAccessibility: Accessibility.Public, Parameters.Length: 0 }))
                return true;
        }
        return false;
    }

    private static void Examine(OperationAnalysisContext context, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        IMethodSymbol method = call.TargetMethod;
        if (!types.IsOfExecutor(method) || WorkArgument.Of(call) is not { } work)
            return;
        for (int i = 0; i < method.TypeParameters.Length; i++)
        {
            if (method.TypeParameters[i].Name is "TResult" or "TItem" && Refusal(method.TypeArguments[i]) is { } reason)
                context.ReportDiagnostic(Diagnostic.Create(Rules.Result, work.Syntax.GetLocation(), reason));
        }
    }
}
