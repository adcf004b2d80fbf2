using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Serving;

/// <summary>The examples of docs/dashboard.md. They stand here to the letter, are compiled, and run.</summary>
public sealed class ExampleTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task They_open_the_page_to_operators_alone()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthentication(TestUsers.Scheme).AddScheme<TestUsers.Options, TestUsers>(TestUsers.Scheme, null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", static policy => policy.RequireRole("operator"));
        await using WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapOffloopDashboard("/offloop").RequireAuthorization("operators");

        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using HttpResponseMessage refused = await client.GetAsync("/offloop");
        client.DefaultRequestHeaders.Add(TestUsers.Header, "Olga");
        using HttpResponseMessage answered = await client.GetAsync("/offloop");

        Assert.Equal((401, 200), ((int)refused.StatusCode, (int)answered.StatusCode));
        await app.StopAsync();
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task They_turn_actions_on()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthorization();
        await using WebApplication app = builder.Build();
        var options = new DashboardOptions { Actions = DashboardActions.Recycle | DashboardActions.EndTask };
        app.MapOffloopDashboard("/offloop", options).RequireAuthorization("operators");
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        await app.StopAsync();

        Assert.False(options.Actions.HasFlag(DashboardActions.Drain));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task They_need_one_line()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        await using WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapOffloopDashboard("/offloop");

        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Contains("<title>Offloop</title>", await client.GetStringAsync("/offloop"), StringComparison.Ordinal);
        await app.StopAsync();
    }

    [Fact]
    public void Every_example_of_the_page_stands_here()
    {
        string[] examples = [.. File.ReadAllText(RepositoryFile.Path("docs", "dashboard.md")).Split("```csharp\n").Skip(1)
            .Select(static rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];
        string code = File.ReadAllText(RepositoryFile.Path("tests", "Dashboard.Tests", "Serving", "ExampleTests.cs"));

        Assert.Equal(4, examples.Length);
        Assert.All(examples, example => Assert.Contains(Flat(example), Flat(code), StringComparison.Ordinal));
    }

    private static string Flat(string text) =>
        string.Join('\n', text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0));
}
