using System.Text.RegularExpressions;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Serving;

public sealed partial class PageTests
{
    [Theory(Timeout = Waiting.Hang)]
    [InlineData("/offloop", "/offloop")]
    [InlineData("/offloop", "/offloop/")]
    [InlineData("ops/executors/", "/ops/executors")]
    public async Task The_page_finds_its_parts_wherever_it_is_mapped(string pattern, string path)
    {
        await using DashboardApp app = await DashboardApp.StartAsync(pattern: pattern);
        string page = await app.Client.GetStringAsync(path);
        string[] parts = [.. Part().Matches(page).Select(static match => match.Groups[1].Value).Distinct()];

        Assert.Equal(4, parts.Length); // an icon, a style, a script, the document
        Assert.All(parts, part => Assert.StartsWith(path.TrimEnd('/') + "/", part, StringComparison.Ordinal));
        foreach (string part in parts)
            Assert.Equal(200, (await app.GetAsync(part)).Status);
        string script = await app.Client.GetStringAsync(parts.Single(static part => part.EndsWith(".js", StringComparison.Ordinal)));
        foreach (Match import in Import().Matches(script))
            Assert.Equal(200, (await app.GetAsync($"{path.TrimEnd('/')}/{import.Groups[1].Value}")).Status);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task It_allows_nothing_from_elsewhere_and_nothing_is_kept()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        using HttpResponseMessage answer = await app.Client.GetAsync("/offloop");

        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    /// <summary>What tasks are called and what workers write may be anything.</summary>
    [Fact]
    public void No_script_of_the_page_takes_text_for_html()
    {
        string[] scripts = Directory.GetFiles(RepositoryFile.Path("src", "Dashboard", "Page"), "*.js");

        Assert.NotEmpty(scripts);
        Assert.All(scripts, static script => Assert.DoesNotMatch(
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|new Function|srcdoc", File.ReadAllText(script)));
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"#]+)\"")]
    private static partial Regex Part();

    [GeneratedRegex("from \"\\./([a-z.]+)\"")]
    private static partial Regex Import();
}
