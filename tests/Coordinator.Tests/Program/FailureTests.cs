using System.Diagnostics;
using System.Text.Json;

namespace Offloop.Tests.Program;

[Collection(OwnClock.Name)]
public class FailureTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("inline")]
    [InlineData("thread")]
    [InlineData("process")]
    public async Task A_failure_is_one_clear_line_and_the_run_goes_on(string executor)
    {
        string url = CannedServer.RefusingUrl();

        CliResult result = await Cli.RunAsync("--executor", executor, "--url", url, "--count", "5");

        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error, line => line == $"fetch failed: connection refused: {url} (nothing listens there)");
        Assert.Contains("failures: connection refused 5", result.Error);
        Assert.Contains(result.Error, line => line.StartsWith("fetches: 0 ok, 5 failed,", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Each_kind_of_failure_is_told_once()
    {
        using var broken = new CannedServer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
        using var silent = new CannedServer(answer: null);

        CliResult result = await Cli.RunAsync(
            "--url", broken.Url, "--url", silent.Url, "--url", $"https://{broken.Address}/",
            "--count", "6", "--timeout", "600ms", "--workers", "1");

        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error, line => line == $"fetch failed: status 500: {broken.Url} (Internal Server Error)");
        Assert.Single(result.Error, line => line == $"fetch failed: timeout: {silent.Url} (no complete answer within 600 ms)");
        string tlsError = $"fetch failed: TLS error: https://{broken.Address}/ (";
        Assert.Single(result.Error, line => line.StartsWith(tlsError, StringComparison.Ordinal));
        Assert.Contains("failures: status 500 2, timeout 2, TLS error 2", result.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task One_success_among_failures_is_enough_for_exit_code_0()
    {
        using var good = new CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        CliResult result = await Cli.RunAsync(
            "--executor", "thread", "--url", good.Url, "--url", CannedServer.RefusingUrl(), "--count", "2", "--format", "json");

        Assert.Equal(0, result.ExitCode);
        JsonElement failed = Assert.Single(result.Events("task"), task => !task.GetProperty("ok").GetBoolean());
        Assert.Equal("connection refused", failed.GetProperty("failure").GetString());
        Assert.False(failed.TryGetProperty("status", out _));
    }

    [Fact(Timeout = Limit)]
    public async Task A_killed_worker_is_replaced_and_the_run_goes_on()
    {
        await using CliProcess process = CliProcess.Start("--workers", "1", "--format", "json", "--count", "10");
        int killed = WorkerOf(await process.ReadUntilAsync("\"ok\":true"));
        using (var worker = Process.GetProcessById(killed))
            worker.Kill();

        CliResult result = await process.FinishAsync(TimeSpan.FromSeconds(60));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.NotEqual(killed, WorkerOf(result.Out.Last(line => line.Contains("\"ok\":true", StringComparison.Ordinal))));

        static int WorkerOf(string line) => JsonElement.Parse(line).GetProperty("workerPid").GetInt32();
    }
}
