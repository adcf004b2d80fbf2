using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Offloop.Tests.Program;

public sealed class DashboardTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_run_shows_its_executor_on_a_page_of_this_computer()
    {
        await using CliProcess process = CliProcess.Start("run", "--work", "cpu", "--dashboard", "0");
        string address = await process.ReadErrorUntilAsync("dashboard: ");
        using var client = new HttpClient();

        Assert.Equal("127.0.0.1", new Uri(address).Host);
        Assert.Contains("<title>Offloop</title>", await client.GetStringAsync(new Uri(address)), StringComparison.Ordinal);
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
        Assert.Equal(130, (await process.FinishAsync(TimeSpan.FromSeconds(20))).ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_port_that_is_taken_ends_a_run_and_a_map_before_they_begin_with_the_remedy()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";

        foreach (string[] verb in (string[][])[["run"], ["map", "http-get"]])
        {
            CliResult result = await Cli.RunWithInputAsync("", [.. verb, "--dashboard", port]);

            Assert.Equal(1, result.ExitCode);
            Assert.Empty(result.Out);
            Assert.StartsWith($"coordinator: --dashboard {port}: ", Assert.Single(result.Error), StringComparison.Ordinal);
            Assert.EndsWith("expected a port that is free and allowed, or 0 for any free one.", result.Error[0], StringComparison.Ordinal);
        }
    }
}
