using System.Text;
using System.Text.RegularExpressions;
using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Docs;

/// <summary>The links between the pages of the repository.</summary>
internal static partial class Links
{
    /// <summary>One line for each link of a page that leads nowhere: to a file that does not exist, or to a heading that a page does not
    /// have. Addresses are not asked.</summary>
    public static IEnumerable<string> Dead(RepositoryFile page, Func<string, string?> read)
    {
        foreach (string target in Relative(page))
        {
            string[] parts = target.Split('#', 2);
            string path = PathOf(page, target);
            if (read(path) is not { } text)
                yield return $"{page.Path}: {target} does not exist.";
            else if (parts.Length == 2 && !Anchors(text).Contains(parts[1]))
                yield return $"{page.Path}: {path} has no heading #{parts[1]}.";
        }
    }

    /// <summary>The files to which a page links.</summary>
    public static IEnumerable<string> Targets(RepositoryFile page) => Relative(page).Select(target => PathOf(page, target));

    /// <summary>The names of a page's headings, as the web sites of repositories make them.</summary>
    public static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(Code().Replace(text, "")).Select(static heading => Anchor(heading.Groups[1].Value))];

    private static string Anchor(string heading)
    {
        var name = new StringBuilder();
        foreach (char sign in Shown().Replace(heading, "$1").Trim().ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(sign) || sign is '-' or '_')
                name.Append(sign);
            else if (sign == ' ')
                name.Append('-');
        }
        return name.ToString();
    }

    private static IEnumerable<string> Relative(RepositoryFile page) =>
        Link().Matches(Code().Replace(page.Text, "")).Select(static link => link.Groups[1].Value)
            .Where(static target => !target.Contains("://", StringComparison.Ordinal));

    /// <summary>The path from the top of the repository.</summary>
    private static string PathOf(RepositoryFile page, string target)
    {
        string relative = target.Split('#')[0];
        if (relative.Length == 0)
            return page.Path;
        List<string> parts = [.. page.Path.Split('/')[..^1]];
        foreach (string part in relative.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part != ".")
                parts.Add(part);
        }
        return string.Join('/', parts);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    /// <summary>The text of a link in a heading.</summary>
    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Shown();

    [GeneratedRegex(@"(?m)^#{1,6} (.+)$")]
    private static partial Regex Heading();

    /// <summary>Blocks of code, in which a sign is only a sign.</summary>
    [GeneratedRegex(@"(?ms)^ *```.*?^ *```")]
    private static partial Regex Code();
}
