using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Offloop.Analyzers;

/// <summary>The rules. Each has a page, docs/rules/ID.md. Their texts come from the executors, which say the same at run time.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Capture = Rule("OFFLOOP101", "A delegate that captures state cannot run in a worker");

    public static readonly DiagnosticDescriptor Instance = Rule("OFFLOOP102", "An instance method cannot run in a worker");

    public static readonly DiagnosticDescriptor Payload = Rule("OFFLOOP103", "A value of this type would lose data on its way to a worker");

    public static readonly DiagnosticDescriptor Result = Rule("OFFLOOP104", "A result that is still going on cannot leave a worker");

    public static readonly DiagnosticDescriptor Disposal = Rule("OFFLOOP105", "An executor is never disposed");

    private static DiagnosticDescriptor Rule(string id, string title) =>
        new(id, title, "{0}", "Offloop", DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page(id));

    /// <summary>The page in the repository that the package was made from; null if that is not known.</summary>
    private static string? Page(string id)
    {
        string? repository = typeof(Rules).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(static fact => fact.Key == "RepositoryUrl")?.Value;
        if (string.IsNullOrEmpty(repository))
            return null;
        const string suffix = ".git";
        string root = repository!.EndsWith(suffix, StringComparison.Ordinal)
            ? repository.Substring(0, repository.Length - suffix.Length)
            : repository;
        return $"{root}/blob/HEAD/docs/rules/{id}.md";
    }
}
