using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Offloop.Analyzers.Calls;
using Offloop.Analyzers.Lifetimes;

namespace Offloop.Analyzers;

/// <summary>Names executors that nobody disposes: made and dropped, in a variable that stays in its method, or in a private field. One that
/// is given away (returned, passed, stored elsewhere) is the affair of whoever has it then; one in a static field lives as long as the
/// process.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DisposalAnalyzer() : LibraryAnalyzer(GeneratedCodeAnalysisFlags.Analyze) // the other part of a class may dispose
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Disposal];

    private protected override void Start(CompilationStartAnalysisContext start, KnownTypes types)
    {
        start.RegisterOperationBlockStartAction(block =>
        {
            var locals = new Holders(types);
            block.RegisterOperationAction(operation => locals.NoteLocal(operation.Operation), Holders.Kinds);
            block.RegisterOperationBlockEndAction(end => Report(locals, end.ReportDiagnostic));
        });
        start.RegisterSymbolStartAction(
            type =>
            {
                var fields = new Holders(types);
                type.RegisterOperationAction(operation => fields.NoteField(operation.Operation), Holders.Kinds);
                type.RegisterSymbolEndAction(end => Report(fields, end.ReportDiagnostic));
            },
            SymbolKind.NamedType);
    }

    private static void Report(Holders holders, Action<Diagnostic> report)
    {
        foreach ((Location place, string type) in holders.NeverDisposed())
        {
            report(Diagnostic.Create(
                Rules.Disposal,
                place,
                $"This {type} is never disposed, so its workers stay until the garbage collector finds it. Declare it with 'await using', "
                + "or call DisposeAsync where its owner ends; it is made to be shared and to live long."));
        }
    }
}
