using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Docs;

public sealed class LinksTests
{
    [Fact]
    public void Every_link_of_a_page_leads_somewhere() =>
        Violations.AssertNone(Repository.Files("", ".md").SelectMany(static page => Links.Dead(page, Read)));

    [Fact]
    public void A_link_that_leads_nowhere_is_told() => Assert.Equal(
        ["docs/a.md: gone.md does not exist.", "docs/a.md: docs/b.md has no heading #two.", "docs/a.md: docs/a.md has no heading #three."],
        Links.Dead(
            new RepositoryFile("docs/a.md", "[x](gone.md) [y](b.md#two) [z](#three) [w](../docs/b.md#one-a-c) [v](https://a.b/c)"),
            static path => path is "docs/a.md" or "docs/b.md" ? "# One: `a`, c\n```\n## Two\n```\n" : null));

    [Fact]
    public void Every_page_of_the_docs_is_reached_from_the_readme()
    {
        HashSet<string> reached = ["README.md"];
        Queue<string> next = new(reached);
        while (next.TryDequeue(out string? page))
        {
            foreach (string target in Links.Targets(Repository.Read(page)))
            {
                if (Path.GetExtension(target) == ".md" && reached.Add(target))
                    next.Enqueue(target);
            }
        }
        reached.Add("docs/site/index.md"); // the site's first page, which leads to the README
        Violations.AssertNone(Repository.Files("", ".md")
            .Where(page => !reached.Contains(page.Path)).Select(static page => $"{page.Path} is linked from no page."));
    }

    /// <summary>The text of a file, an empty one for a folder, or null.</summary>
    private static string? Read(string path)
    {
        string full = Path.Combine(Repository.Root, path);
        return File.Exists(full) ? File.ReadAllText(full) : Directory.Exists(full) ? "" : null;
    }
}
