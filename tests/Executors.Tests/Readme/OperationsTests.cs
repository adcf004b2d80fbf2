using System.Reflection;
using System.Text.RegularExpressions;
using Offloop.Telemetry;

namespace Offloop.Tests.Readme;

/// <summary>The tables of docs/operations.md and docs/telemetry.md name what the code has.</summary>
public sealed partial class OperationsTests
{
    [Fact]
    public void The_page_has_every_event_of_the_log_with_its_level()
    {
        string[] code =
        [
            .. Directory.EnumerateFiles(RepositoryFile.Path("src"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(static path => Event().Matches(File.ReadAllText(path)))
                .Select(static match => $"{match.Groups[1].Value} {(match.Groups[2].Success ? match.Groups[2].Value : "the task's own")}"),
        ];
        string[] page =
        [
            .. Row().Matches(File.ReadAllText(RepositoryFile.Path("docs", "operations.md")))
                .SelectMany(static row => row.Groups[1].Value.Split(", ").Select(id => $"{id} {row.Groups[2].Value}")),
        ];

        Assert.NotEmpty(code);
        Assert.Equal(code.Length, code.Distinct().Count());
        Assert.Equal(code.Order(StringComparer.Ordinal), page.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_has_every_attribute_and_no_other()
    {
        string page = File.ReadAllText(RepositoryFile.Path("docs", "telemetry.md"));
        string[] code =
        [
            .. typeof(TelemetryNames).GetFields(BindingFlags.Public | BindingFlags.Static).Where(static field => field.IsLiteral)
                .Select(static field => (string)field.GetRawConstantValue()!).Where(static name => char.IsLower(name[0])).Distinct(),
        ];

        Assert.All(code, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
        string table = page[page.IndexOf("| attribute |", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n\n", StringComparison.Ordinal)];
        string[] named = [.. Attribute().Matches(table).Select(static match => match.Groups[1].Value)];
        Assert.Equal(8, named.Length);
        Assert.All(named, name => Assert.Contains(name, code));
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId = )?(\d+)(?:, LogLevel\.(\w+))?")]
    private static partial Regex Event();

    [GeneratedRegex(@"^\| (\d[\d, ]*) \| ([\w' ]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([a-z_]+\.[a-z_.]+)`")]
    private static partial Regex Attribute();
}
