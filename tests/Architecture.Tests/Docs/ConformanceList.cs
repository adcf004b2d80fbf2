using System.Text.RegularExpressions;
using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Docs;

/// <summary>The rows of docs/conformance.md, the tests that cite them, and the exceptions that docs/failure-modes.md lists.</summary>
/// <param name="Rows">The id of each row, in order.</param>
/// <param name="Cited">The id of each trait, with the file that it stands in.</param>
/// <param name="Excused">The ids of the exceptions, each with the executors to which the row does not apply.</param>
internal sealed partial record ConformanceList(
    IReadOnlyList<string> Rows, IReadOnlyList<(string Id, string File)> Cited, IReadOnlyList<(string Id, string Executors)> Excused)
{
    private const string Everywhere = "all";

    public static ConformanceList Read(RepositoryFile page, IEnumerable<RepositoryFile> tests, RepositoryFile failureModes)
    {
        string[] rows = [.. Row().Matches(page.Text).Select(static match => match.Groups[1].Value)];
        return new ConformanceList(
            rows,
            [.. tests.SelectMany(static file => Trait().Matches(file.Text).Select(match => (match.Groups[1].Value, file.Path)))],
            [.. failureModes.Lines
                .SkipWhile(static line => line != "## What does not apply").Where(static line => line.StartsWith('|')).Skip(2)
                .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
                .SelectMany(cells => IdsIn(cells[1], rows).Select(id => (id, cells[2])))]);
    }

    /// <summary>One line for each trait without a row, each row without a test or a reason, each reason without a row, and each row
    /// that stands twice.</summary>
    public IEnumerable<string> Broken()
    {
        foreach ((string id, string file) in Cited.Where(cited => !Rows.Contains(cited.Id)))
            yield return $"{file} cites {id}, which docs/conformance.md does not have.";
        foreach (string id in Rows.Where(row => !Cited.Any(cited => cited.Id == row) && !Excused.Contains((row, Everywhere))))
            yield return $"docs/conformance.md: no test cites {id}, and docs/failure-modes.md does not say why.";
        foreach ((string id, _) in Excused.Where(excused => !Rows.Contains(excused.Id)))
            yield return $"docs/failure-modes.md excuses {id}, which docs/conformance.md does not have.";
        foreach (string id in Rows.GroupBy(static id => id).Where(static rows => rows.Count() > 1).Select(static rows => rows.Key))
            yield return $"docs/conformance.md: {id} stands twice.";
    }

    /// <summary>Reads ids and ranges, as in <c>A12, F56 (kill), G70–G84</c>. A range stands for all rows from its first to its last
    /// one.</summary>
    private static IEnumerable<string> IdsIn(string text, string[] rows)
    {
        foreach (Match match in Ids().Matches(text))
        {
            string first = match.Groups[1].Value;
            string last = match.Groups[2].Success ? match.Groups[2].Value : first;
            (int from, int to) = (Array.IndexOf(rows, first), Array.IndexOf(rows, last));
            foreach (string id in from >= 0 && to >= from ? rows[from..(to + 1)] : [first, last])
                yield return id;
        }
    }

    [GeneratedRegex(@"^- \*\*([A-Z]\d+)\*\* ", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("Trait\\(\"Conformance\", \"([^\"]*)\"\\)")]
    private static partial Regex Trait();

    [GeneratedRegex(@"\b([A-Z]\d+)(?:–([A-Z]\d+))?")]
    private static partial Regex Ids();
}
