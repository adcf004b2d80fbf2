using System.Text.RegularExpressions;

namespace Offloop.Tests.Readme;

public sealed partial class FailureModesTests
{
    [Fact]
    public void Every_test_that_the_failure_modes_name_exists()
    {
        string root = RepositoryFile.Path();
        string page = File.ReadAllText(Path.Combine(root, "docs", "failure-modes.md"));
        HashSet<string> tests = [.. Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => TestMethod().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)];

        string[] named = [.. Name().Matches(page).Select(match => match.Groups[1].Value).Distinct()];

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, tests));
    }

    [GeneratedRegex(@"public (?:async )?(?:Task|void) ([A-Z]\w+_\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"`([A-Z][a-zA-Z0-9]*_\w+)`")]
    private static partial Regex Name();
}
