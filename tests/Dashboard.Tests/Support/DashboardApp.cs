using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Offloop.Dashboard;

namespace Offloop.Tests.Support;

/// <summary>A web application in this process with a dashboard, on a free loopback port, and a client of it.</summary>
internal sealed partial class DashboardApp : IAsyncDisposable
{
    /// <summary>The header by which a test says from which address its request comes.</summary>
    public const string From = "X-Test-From";

    private readonly WebApplication _app;

    private DashboardApp(WebApplication app, TestLog log)
    {
        (_app, Log) = (app, log);
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(40) };
    }

    public HttpClient Client { get; }

    public TestLog Log { get; }

    public Uri Address => new(_app.Urls.Single());

    /// <param name="options">The settings of the dashboard.</param>
    /// <param name="policy">Changes what is mapped, such as by a policy.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="environment">The environment that the application runs in.</param>
    public static async Task<DashboardApp> StartAsync(
        DashboardOptions? options = null, Action<IEndpointConventionBuilder>? policy = null, string pattern = "/offloop",
        string environment = "Development")
    {
        var log = new TestLog();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore().AddSingleton<ILoggerFactory>(log);
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddAuthentication(TestUsers.Scheme).AddScheme<TestUsers.Options, TestUsers>(TestUsers.Scheme, null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", static policy => policy.RequireRole("operator"));
        WebApplication app = builder.Build();
        app.Use(static (context, next) =>
        {
            if (context.Request.Headers[From] is [{ } from])
                context.Connection.RemoteIpAddress = IPAddress.Parse(from);
            return next(context);
        });
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        IEndpointConventionBuilder dashboard = app.MapOffloopDashboard(pattern, options);
        policy?.Invoke(dashboard);
        await app.StartAsync();
        return new DashboardApp(app, log);
    }

    public Task StopAsync() => _app.StopAsync();

    public async Task<JsonElement> DocumentAsync() => JsonElement.Parse(await Client.GetStringAsync("/offloop/api"));

    /// <summary>The executor of this name in the document.</summary>
    public async Task<JsonElement?> FindAsync(string name) => In(await DocumentAsync(), name);

    public static JsonElement? In(JsonElement document, string name) => document.GetProperty("executors").EnumerateArray()
        .Where(executor => executor.GetProperty("name").GetString() == name).Select(static executor => (JsonElement?)executor)
        .FirstOrDefault();

    /// <summary>The token that the page has.</summary>
    public async Task<string> TokenAsync() => Token().Match(await Client.GetStringAsync("/offloop")).Groups[1].Value;

    /// <summary>Asks for an action. Returns the status and the whole answer.</summary>
    public async Task<(int Status, string Body)> ActAsync(string action, string body, string? token, params (string, string)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/offloop/{action}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (token is not null)
            request.Headers.Add("X-Offloop-Token", token);
        return await SendAsync(request, headers);
    }

    public Task<(int Status, string Body)> GetAsync(string path, params (string, string)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), headers);

    /// <summary>Opens a page's stream.</summary>
    public async Task<PageStream> OpenAsync() => new(
        await Client.GetAsync("/offloop/events", HttpCompletionOption.ResponseHeadersRead));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Sends a request that says to be of this version of HTTP.</summary>
    public async Task<(int Status, string Body)> GetAsync(string path, Version version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = version };
        return await SendAsync(request, []);
    }

    private async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers)
    {
        foreach ((string name, string value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using (request)
        {
            using HttpResponseMessage answer = await Client.SendAsync(request);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    [GeneratedRegex("name=\"offloop-token\" content=\"([^\"]+)\"")]
    private static partial Regex Token();
}
