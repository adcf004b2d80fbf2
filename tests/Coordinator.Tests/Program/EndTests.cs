using System.Text.Json;

namespace Offloop.Tests.Program;

/// <summary>The ways in which a run can end.</summary>
[Collection(OwnClock.Name)]
public class EndTests
{
    private const int Limit = 120_000;

    /// <summary>Ten times what it takes: another test project may keep the processors busy.</summary>
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(5);

    [Theory(Timeout = Limit)]
    [InlineData("inline", CliProcess.Interrupt)]
    [InlineData("thread", CliProcess.Interrupt)]
    [InlineData("process", CliProcess.Interrupt)]
    [InlineData("inline", CliProcess.Terminate)]
    [InlineData("process", CliProcess.Terminate)]
    [InlineData("process", CliProcess.HangUp)]
    public async Task A_signal_ends_the_run_at_once_with_a_summary(string executor, int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        await using CliProcess process = CliProcess.Start("--executor", executor, "--interval", "200ms");
        await process.ReadLineAsync();

        process.Signal(signal);
        CliResult result = await process.FinishAsync(s_atOnce);

        Assert.True(result.ExitCode == 130, result.ToString());
        Assert.Contains(result.Error, line => line.StartsWith("ticks: ", StringComparison.Ordinal));
        Assert.StartsWith("event loop: ", result.Error[^1], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("inline")]
    [InlineData("thread")]
    [InlineData("process")]
    public async Task A_signal_ends_the_run_in_the_middle_of_a_fetch_that_hangs(string executor)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using var answering = new CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var silent = new CannedServer(answer: null);
        await using CliProcess process = CliProcess.Start(
            "--executor", executor, "--workers", "1", "--url", answering.Url, "--url", silent.Url, "--format", "json");
        await process.ReadUntilAsync("\"task\""); // the second fetch follows at once

        process.Signal(CliProcess.Interrupt);
        CliResult result = await process.FinishAsync(s_atOnce);

        Assert.True(result.ExitCode == 130, result.ToString());
        Assert.Equal(0, Assert.Single(result.Events("summary")).GetProperty("fetchesFailed").GetInt64());
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_signal_ends_the_run_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        await using CliProcess process = CliProcess.Start("--executor", "inline");
        await process.ReadLineAsync();

        process.Signal(CliProcess.Interrupt);
        process.Signal(CliProcess.Terminate);

        Assert.Equal(130, (await process.FinishAsync(s_atOnce)).ExitCode);
    }

    [Theory(Timeout = Limit)]
    [InlineData("text")]
    [InlineData("json")]
    public async Task A_closed_stdout_ends_the_run_quietly(string format)
    {
        await using CliProcess process = CliProcess.Start("--format", format, "--interval", "100ms");
        await process.ReadLineAsync();

        process.CloseOutput();
        CliResult result = await process.FinishAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Error); // the header
    }

    [Fact(Timeout = Limit)]
    public async Task Killing_the_coordinator_leaves_no_worker()
    {
        await using CliProcess process = CliProcess.Start("--format", "json", "--workers", "3");
        JsonElement task = JsonElement.Parse(await process.ReadUntilAsync("\"task\""));
        if (OperatingSystem.IsLinux())
            Assert.Contains(task.GetProperty("workerPid").GetInt32(), process.Descendants());

        process.KillAlone();

        await process.AssertNothingIsLeftAsync();
    }
}
