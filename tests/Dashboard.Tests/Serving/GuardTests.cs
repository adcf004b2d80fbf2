using System.Net;
using Microsoft.AspNetCore.Builder;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Serving;

/// <summary>Who may see the dashboard.</summary>
public sealed class GuardTests
{
    private const string Elsewhere = "203.0.113.7";
    private static readonly string[] s_paths = ["/offloop", "/offloop/api", "/offloop/events", "/offloop/dashboard.js"];

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(DashboardApp.From, Elsewhere, "answers this computer alone")]
    [InlineData("Host", "evil.example", "for another host")]
    [InlineData("Host", "localhost.evil.example:80", "for another host")]
    [InlineData("Host", "192.0.2.1", "for another host")]
    [InlineData("X-Forwarded-For", Elsewhere, "has the header X-Forwarded-For")]
    [InlineData("X-Original-For", "127.0.0.1", "has the header X-Original-For")]
    [InlineData("Forwarded", "for=127.0.0.1", "has the header Forwarded")]
    public async Task Without_a_policy_only_this_computer_is_answered_and_the_sentence_has_the_remedy(
        string header, string value, string words)
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        foreach (string path in s_paths)
        {
            (int status, string body) = await app.GetAsync(path, (header, value));
            Assert.Equal(403, status);
            Assert.Contains(words, body, StringComparison.Ordinal);
            Assert.Contains("app.MapOffloopDashboard().RequireAuthorization(\"policy\")", body, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("Host", "localhost:5000")]
    [InlineData("Host", "[::1]:5000")]
    [InlineData("Host", "127.0.0.2")]
    [InlineData(DashboardApp.From, "::1")]
    [InlineData(DashboardApp.From, "::ffff:127.0.0.1")]
    public async Task This_computer_has_several_names(string header, string value)
    {
        await using DashboardApp app = await DashboardApp.StartAsync();

        Assert.Equal(200, (await app.GetAsync("/offloop/api", (header, value))).Status);
    }

    /// <summary>This is all that nginx tells of itself by its defaults.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_proxy_that_speaks_an_old_http_is_refused_without_a_policy()
    {
        await using DashboardApp open = await DashboardApp.StartAsync();
        foreach (string path in s_paths)
        {
            (int status, string body) = await open.GetAsync(path, HttpVersion.Version10);
            Assert.Equal(403, status);
            Assert.Contains("this request is in HTTP/1.0, as proxies write it", body, StringComparison.Ordinal);
        }

        await using DashboardApp closed = await DashboardApp.StartAsync(policy: static all => all.RequireAuthorization("operators"));
        closed.Client.DefaultRequestHeaders.Add(TestUsers.Header, "Olga");
        Assert.Equal(200, (await closed.GetAsync("/offloop", HttpVersion.Version10)).Status);
    }

    /// <summary>A browser on the internet, and a proxy that writes this host into its request.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_page_that_a_proxy_shows_elsewhere_cannot_act_without_a_policy()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(new DashboardOptions { Actions = DashboardActions.All });

        (int status, string body) = await app.ActAsync(
            "drain", """{"executor": 1}""", await app.TokenAsync(),
            ("Sec-Fetch-Site", "same-origin"), ("Origin", "https://shop.example"));

        Assert.Equal(403, status);
        Assert.Contains("is for another host", body, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task With_a_policy_the_policy_decides_here_and_elsewhere()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(policy: static all => all.RequireAuthorization("operators"));
        foreach (string path in s_paths[..2])
        {
            Assert.Equal(401, (await app.GetAsync(path)).Status);
            Assert.Equal(403, (await app.GetAsync(path, (TestUsers.Header, "Otto"))).Status);
            Assert.Equal(200, (await app.GetAsync(path, (TestUsers.Header, "Olga"))).Status);
            (string, string)[] proxied = [(DashboardApp.From, Elsewhere), ("Host", "shop.example"), ("Via", "1.1 proxy")];
            Assert.Equal(200, (await app.GetAsync(path, [(TestUsers.Header, "Olga"), .. proxied])).Status);
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task To_allow_everybody_is_no_policy()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(policy: static all => all.RequireAuthorization().AllowAnonymous());

        Assert.Equal(403, (await app.GetAsync("/offloop", (DashboardApp.From, Elsewhere), (TestUsers.Header, "Olga"))).Status);
        Assert.Equal(200, (await app.GetAsync("/offloop")).Status);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_page_of_another_site_can_read_nothing_whatever_the_policy(string header, string value)
    {
        await using DashboardApp app = await DashboardApp.StartAsync(policy: static all => all.RequireAuthorization("operators"));
        foreach (string path in s_paths)
        {
            (int status, string body) = await app.GetAsync(path, (header, value), (TestUsers.Header, "Olga"));
            Assert.Equal(403, status);
            Assert.Contains("another site", body, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_link_on_another_site_may_lead_to_the_page_and_to_nothing_else()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        (string, string)[] link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")];

        Assert.Equal(200, (await app.GetAsync("/offloop", link)).Status);
        Assert.Equal(403, (await app.GetAsync("/offloop/api", link)).Status);
    }
}
