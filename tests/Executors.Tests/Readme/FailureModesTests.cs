using System.Text.RegularExpressions;

namespace Offloop.Tests.Readme;

public sealed partial class FailureModesTests
{
    [Fact]
    public void Every_test_that_the_failure_modes_name_exists()
    {
        string root = RepositoryFile.Path();
        string page = File.ReadAllText(Path.Combine(root, "docs", "failure-modes.md"));
        ILookup<string, bool> tests = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => TestMethod().Matches(File.ReadAllText(path)))
            .ToLookup(
                match => match.Groups["name"].Value,
                match => match.Groups["attributes"].Value.Contains("Explicit = true", StringComparison.Ordinal));

        (string Name, bool IsMatrix)[] named = [.. Name().Matches(page).Select(match => (match.Groups[1].Value, match.Groups[2].Success))];

        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.True(tests.Contains(test.Name), test.Name));
        Assert.All(named, test => Assert.True(tests[test.Name].Contains(test.IsMatrix), $"{test.Name} (matrix)? {!test.IsMatrix}"));
    }

    [GeneratedRegex(@"(?<attributes>(?: +\[.+\n)*) +public (?:async )?(?:Task|void) (?<name>[A-Z]\w+_\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"`([A-Z][a-zA-Z0-9]*_\w+)`( \(matrix\))?")]
    private static partial Regex Name();
}
