using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Dashboard.Documents;
using Offloop.Dashboard.Recording;

namespace Offloop.Dashboard.Serving;

/// <summary>The endpoints of one dashboard.</summary>
internal static class DashboardEndpoints
{
    /// <summary>Maps them. What they are made of lives until the application has stopped.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string pattern, DashboardOptions options)
    {
        IHostApplicationLifetime? lifetime = endpoints.ServiceProvider.GetService<IHostApplicationLifetime>();
        ILoggerFactory loggers = endpoints.ServiceProvider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var records = new ExecutorRecords();
        lifetime?.ApplicationStopped.Register(records.Dispose);
        bool isDevelopment = endpoints.ServiceProvider.GetService<IHostEnvironment>()?.IsDevelopment() ?? false;
        var actions = new ActionEndpoints(records, options.Actions, isDevelopment, loggers.CreateLogger("Offloop.Dashboard"));
        var feed = new FrameFeed(records, [.. actions.All.Select(static action => action.Path)]);
        var page = new Page(actions.Token);

        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        Get("", page.SendAsync, isPage: true);
        foreach (string name in Page.Assets)
            Get($"/{name}", context => Page.SendAssetAsync(context, name));
        Get("/api", context => SendDocumentAsync(context, feed));
        var stream = new EventStream(feed, lifetime?.ApplicationStopping ?? CancellationToken.None);
        Get("/events", stream.SendAsync).DisableRequestTimeout().DisableHttpMetrics();
        foreach ((string path, Func<HttpContext, Task> act) in actions.All)
            group.MapPost($"/{path}", Guard.Protect(act, isPage: false)).WithDisplayName($"Offloop dashboard: {path}");
        return group;

        IEndpointConventionBuilder Get(string path, Func<HttpContext, Task> send, bool isPage = false) =>
            group.MapGet(path, Guard.Protect(send, isPage)).WithDisplayName($"Offloop dashboard: {(isPage ? "page" : path)}");
    }

    private static async Task SendDocumentAsync(HttpContext context, FrameFeed feed)
    {
        Frame frame = await feed.OneAsync(context.RequestAborted);
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.BodyWriter.WriteAsync(frame.Whole(), context.RequestAborted);
    }
}
