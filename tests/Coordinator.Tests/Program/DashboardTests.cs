using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Offloop.Tests.Program;

public sealed class DashboardTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task A_run_shows_its_executor_on_a_page_of_this_computer()
    {
        await using CliProcess process = CliProcess.Start("run", "--work", "cpu", "--dashboard", "0");
        string address = await process.ReadErrorUntilAsync("dashboard: ");
        using var client = new HttpClient();

        Assert.Equal("127.0.0.1", new Uri(address).Host);
        Assert.Contains("<title>Offloop</title>", await client.GetStringAsync(new Uri(address)), StringComparison.Ordinal);
        address = address.Split('?')[0]; // the client has a cookie now
        JsonElement executor;
        do
        {
            JsonElement document = JsonElement.Parse(await client.GetStringAsync(new Uri(address + "/api")));
            Assert.Equal(["recycle", "end-task"], document.GetProperty("actions").EnumerateArray().Select(static name => name.GetString()));
            executor = document.GetProperty("executors")[0];
        }
        while (executor.GetProperty("succeeded").GetInt32() == 0);
        Assert.Equal("process", executor.GetProperty("kind").GetString());

        process.Signal(CliProcess.Interrupt);
        Assert.Equal(130, (await process.FinishAsync(TimeSpan.FromSeconds(60))).ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_who_has_the_printed_address_sees_the_page_and_may_act()
    {
        await using CliProcess process = CliProcess.Start("run", "--work", "cpu", "--dashboard", "0");
        var printed = new Uri(await process.ReadErrorUntilAsync("dashboard: "));
        string address = printed.GetLeftPart(UriPartial.Path);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler);

        foreach (string path in (string[])["", "/api", "/events", "/dashboard.js", "?key=", "?key=0123", "/api?key=&key="])
        {
            using HttpResponseMessage refused = await client.GetAsync(new Uri(address + path));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("open the whole address", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using HttpResponseMessage act = await client.PostAsync(new Uri(address + "/recycle"), null);
        Assert.Equal(HttpStatusCode.Forbidden, act.StatusCode);

        using HttpResponseMessage admitted = await client.GetAsync(printed);
        Assert.Equal((HttpStatusCode.Redirect, "/offloop"), (admitted.StatusCode, admitted.Headers.Location?.OriginalString));
        string cookie = Assert.Single(admitted.Headers.GetValues("Set-Cookie"));
        Assert.Contains("path=/offloop; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Contains("<title>Offloop</title>", await client.GetStringAsync(new Uri(address)), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_port_that_is_taken_ends_a_run_and_a_map_before_they_begin_with_the_remedy()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";

        string output = Path.Combine(Path.GetTempPath(), $"offloop-{Guid.NewGuid():N}.jsonl");

        foreach (string[] verb in (string[][])[["run"], ["map", "http-get", "--output", output]])
        {
            CliResult result = await Cli.RunWithInputAsync("", [.. verb, "--dashboard", port]);

            Assert.Equal(1, result.ExitCode);
            Assert.Empty(result.Out);
            Assert.StartsWith($"coordinator: --dashboard {port}: ", Assert.Single(result.Error), StringComparison.Ordinal);
            Assert.EndsWith("expected a port that is free and allowed, or 0 for any free one.", result.Error[0], StringComparison.Ordinal);
        }
        Assert.False(File.Exists(output));
    }
}
