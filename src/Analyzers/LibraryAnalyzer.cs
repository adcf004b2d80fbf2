using Microsoft.CodeAnalysis.Diagnostics;
using Offloop.Analyzers.Calls;

namespace Offloop.Analyzers;

/// <summary>An analyzer of programs that use the library; it costs others nothing.</summary>
public abstract class LibraryAnalyzer : DiagnosticAnalyzer
{
    private readonly GeneratedCodeAnalysisFlags _generated;

    private protected LibraryAnalyzer(GeneratedCodeAnalysisFlags generated = GeneratedCodeAnalysisFlags.None) => _generated = generated;

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(_generated);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
                Start(start, types);
        });
    }

    private protected abstract void Start(CompilationStartAnalysisContext start, KnownTypes types);
}
