using System.Text.RegularExpressions;
using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Files;

/// <summary>How long files and lines may be, and the order of namespaces, at which neither the build nor a check of the layout
/// looks.</summary>
internal static partial class TextRules
{
    public const int MaxLines = 350;
    public const int MaxCharacters = 140;

    public static string? TooManyLines(RepositoryFile file) =>
        file.Lines.Length - 1 is > MaxLines and var count ? $"{file.Path} has {count} lines; the limit is {MaxLines}." : null;

    /// <summary>Names the lines of a file that are too long. A row of a Markdown table is exempt, because it cannot be broken, and so is
    /// a line with a URL and nothing else.</summary>
    public static string? TooLongLines(RepositoryFile file)
    {
        string[] lines = [.. file.Lines
            .Select(static (text, index) => (Text: text, Number: index + 1))
            .Where(line => line.Text.Length > MaxCharacters && !IsTableRow(file, line.Text) && !Url().IsMatch(line.Text))
            .Select(static line => $"{line.Number} ({line.Text.Length})")];
        return lines.Length > 0 ? $"{file.Path}: lines of more than {MaxCharacters} characters: {string.Join(", ", lines)}" : null;
    }

    /// <summary>Names the first namespace that is used at the wrong place: those of System come first, and each part is in the order of the
    /// alphabet.</summary>
    public static string? UnsortedUsings(RepositoryFile file)
    {
        string[] used = [.. file.Lines.Select(static line => Using().Match(line)).TakeWhile(static match => match.Success)
            .Select(static match => match.Groups[1].Value)];
        string[] sorted = [.. used
            .OrderByDescending(static name => name == "System" || name.StartsWith("System.", StringComparison.Ordinal))
            .ThenBy(static name => name, StringComparer.OrdinalIgnoreCase)];
        return used.Zip(sorted).FirstOrDefault(static pair => pair.First != pair.Second) is (string first, string second)
            ? $"{file.Path}: {second} comes before {first}."
            : null;
    }

    [GeneratedRegex(@"^using ([\w.]+);$")]
    private static partial Regex Using();

    private static bool IsTableRow(RepositoryFile file, string line) =>
        file.Path.EndsWith(".md", StringComparison.Ordinal) && line.TrimStart().StartsWith('|');

    /// <summary>A URL, perhaps behind the mark of a comment, a list or a quotation, or inside angle brackets.</summary>
    [GeneratedRegex(@"^\s*(?:///?|[-*>])?\s*<?https?://\S+$")]
    private static partial Regex Url();
}
