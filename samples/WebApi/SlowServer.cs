namespace Offloop.Samples.WebApi;

/// <summary>Where the slow server is.</summary>
internal sealed record Upstream(string Address);

/// <summary>A server on loopback that takes its time for a page and never answers for the page "hang".</summary>
internal static class SlowServer
{
    public static WebApplication Create()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/{name}", static async (string name, CancellationToken gone) =>
        {
            await Task.Delay(name == "hang" ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(100), gone);
            return $"This is the page {name}.";
        });
        return server;
    }
}
