using System.Text.Json;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Serving;

namespace Offloop.Tests.Fetching;

[Collection(OwnClock.Name)]
public class BlockingHttpTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_fetch_reads_the_whole_body()
    {
        SlowServer server = SlowServer.Bind(new ServeVerb { Delay = new DurationOrZero("1ms"), Size = new Size("100000") });
        await server.StartAsync();

        FetchResult result = BlockingHttp.Get(new FetchRequest(server.Url.AbsoluteUri, s_patience));

        Assert.True(result.Ok, result.Failure?.Message);
        Assert.Equal((200, 100_000), (result.Status, result.Bytes));
        Assert.Equal(Environment.ProcessId, result.ProcessId);
        Assert.True(result.Duration > TimeSpan.Zero);
    }

    [Fact]
    public void An_error_status_is_a_failed_fetch()
    {
        using var server = new CannedServer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops");

        FetchResult result = BlockingHttp.Get(new FetchRequest(server.Url, s_patience));

        Assert.Equal((500, 4), (result.Status, result.Bytes));
        Assert.Equal($"status 500: {server.Url} (Internal Server Error)", result.Failure?.Message);
    }

    [Fact]
    public void A_refused_connection_is_told_as_such()
    {
        string url = CannedServer.RefusingUrl();
        Assert.Equal($"connection refused: {url} (nothing listens there)", FailureOf(url));
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_told_as_such() =>
        Assert.StartsWith(
            "unknown host: http://nowhere.invalid/ (the name nowhere.invalid could not be resolved: ",
            FailureOf("http://nowhere.invalid/"),
            StringComparison.Ordinal);

    [Fact]
    public void Https_to_a_server_without_it_is_a_tls_error()
    {
        using var server = new CannedServer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith($"TLS error: https://{server.Address}/ (", FailureOf($"https://{server.Address}/"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_never_answers_ends_in_a_timeout()
    {
        using var server = new CannedServer(answer: null);

        FetchResult result = BlockingHttp.Get(new FetchRequest(server.Url, TimeSpan.FromMilliseconds(100)));

        Assert.Equal($"timeout: {server.Url} (no complete answer within 100 ms)", result.Failure?.Message);
    }

    [Fact]
    public void A_body_that_stalls_ends_in_a_timeout()
    {
        using var server = new CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", stalls: true);

        FetchResult result = BlockingHttp.Get(new FetchRequest(server.Url, TimeSpan.FromMilliseconds(500)));

        Assert.Equal(200, result.Status);
        Assert.Equal("timeout", result.Failure?.Kind);
    }

    [Fact]
    public void A_body_that_is_cut_off_is_a_broken_connection()
    {
        using var server = new CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");

        Assert.StartsWith($"connection broken: {server.Url} (", FailureOf(server.Url), StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_and_results_survive_the_way_through_json()
    {
        var request = new FetchRequest("http://a.example/", s_patience);
        var failure = FetchFailure.Of("status 500", request.Url, "why");
        var failed = new FetchResult(request.Url, 500, 12, TimeSpan.FromTicks(1234567), 42, failure);

        Assert.Equal(request, JsonSerializer.Deserialize<FetchRequest>(JsonSerializer.Serialize(request)));
        Assert.Equal(failed, JsonSerializer.Deserialize<FetchResult>(JsonSerializer.Serialize(failed)));
    }

    private static string? FailureOf(string url) => BlockingHttp.Get(new FetchRequest(url, s_patience)).Failure?.Message;
}
