namespace Offloop.Tests.Support;

/// <summary>The web API that uses the packages, in a process of its own.</summary>
internal sealed class Api : IAsyncDisposable
{
    private readonly HttpClient _client;

    private Api(RunningProgram program, string url) =>
        (Program, _client) = (program, new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) });

    public RunningProgram Program { get; }

    /// <param name="environment">Its configuration, and where its telemetry goes. Without a receiver it goes nowhere.</param>
    public static async Task<Api> StartAsync(Dictionary<string, string> environment)
    {
        environment.TryAdd("OTEL_SDK_DISABLED", "true");
        environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        var program = new RunningProgram("HostedApi", environment);
        return new Api(program, await program.FindAsync("Now listening on:"));
    }

    public Task<string> GetAsync(string path) => _client.GetStringAsync(path);

    public async Task<(int Status, string Body)> TryGetAsync(string path)
    {
        using HttpResponseMessage answer = await _client.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Program.DisposeAsync();
    }
}
