using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Offloop.Analyzers;

namespace Offloop.Tests;

public sealed class RulePageTests
{
    [Fact]
    public void Each_rule_has_a_page_and_leads_to_it_where_the_repository_is_known()
    {
        DiagnosticAnalyzer[] analyzers = [new DelegateAnalyzer(), new PayloadAnalyzer(), new ResultAnalyzer(), new DisposalAnalyzer()];
        DiagnosticDescriptor[] rules = [.. analyzers.SelectMany(static analyzer => analyzer.SupportedDiagnostics)];
        Assert.Equal(5, rules.Select(static rule => rule.Id).Distinct().Count());
        Assert.All(rules, static rule =>
        {
            Assert.StartsWith($"# {rule.Id}: ", File.ReadAllText(Path.Combine(Pages(), rule.Id + ".md")), StringComparison.Ordinal);
            Assert.True(rule.HelpLinkUri.Length == 0 || rule.HelpLinkUri.EndsWith($"docs/rules/{rule.Id}.md", StringComparison.Ordinal));
        });
    }

    private static string Pages()
    {
        DirectoryInfo root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Offloop.slnx")))
            root = root.Parent ?? throw new DirectoryNotFoundException("There is no folder with Offloop.slnx above the test.");
        return Path.Combine(root.FullName, "docs", "rules");
    }
}
