using System.Text.Json;

namespace Offloop.Tests.Program;

[Collection(OwnClock.Name)]
public class ExecutorTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Inline_the_first_tick_appears_and_the_second_never_does()
    {
        // The blocking call begins long before the second tick is due, also on a loaded machine.
        CliResult result = await Cli.RunAsync("--executor", "inline", "--duration", "3s");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Single(result.Out);
        Assert.Contains("ticks: 1 of 3,", result.Error[^3], StringComparison.Ordinal);
        Assert.StartsWith("event loop: BLOCKED for 2.0 s by the inline task '", result.Error[^1], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("thread")]
    [InlineData("process")]
    public async Task Elsewhere_the_ticks_appear_on_schedule_while_fetches_run(string executor)
    {
        CliResult result = await Cli.RunAsync("run", "--executor", executor, "--duration", "2500ms");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(3, result.Out.Length);
        Assert.All(result.Out, line => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$", line));
        Assert.Matches(
            $@"^executor={executor} workers=2 concurrency=2 url=http://127\.0\.0\.1:\d+/ \(embedded server: 200 ms per response, 10 KiB\)$",
            result.Error[0]);
        Assert.Matches(@"^ticks: 3 of 3, lag p50 \d+\.\d ms, max \d+\.\d ms$", result.Error[1]);
        Assert.Matches(@"^fetches: [1-9]\d* ok, 0 failed, \d+\.\d per second, latency p50 \d+\.\d ms, p99 \d+\.\d ms$", result.Error[2]);
        Assert.Equal("event loop: free", result.Error[3]);
    }

    [Fact(Timeout = Limit)]
    public async Task One_process_fetches_several_pages_at_once()
    {
        CliResult result = await Cli.RunAsync("--workers", "1", "--threads-per-worker", "8", "--count", "24", "--format", "json");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.StartsWith("executor=process workers=1 threads-per-worker=8 concurrency=8 ", result.Error[0], StringComparison.Ordinal);
        Assert.Single(result.Events("task").Select(static task => task.GetProperty("workerPid").GetInt32()).Distinct());
        JsonElement summary = Assert.Single(result.Events("summary"));
        Assert.Equal((24, 8), (summary.GetProperty("fetchesOk").GetInt64(), summary.GetProperty("threadsPerWorker").GetInt32()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("thread", "--threads-per-worker 2: a thread runs one task at a time; expected it with --executor process")]
    [InlineData("process", "--threads-per-worker 129")]
    public async Task A_number_of_threads_that_cannot_be_is_refused(string executor, string words)
    {
        CliResult result = await Cli.RunAsync("--executor", executor, "--threads-per-worker", executor == "thread" ? "2" : "129");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, string.Join('\n', result.Error), StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("inline", 1)]
    [InlineData("thread", 1)]
    [InlineData("process", 3)]
    public async Task A_count_ends_the_run_and_json_tells_where_each_fetch_ran(string executor, int workers)
    {
        CliResult result = await Cli.RunAsync("--executor", executor, "--count", "12", "--workers", "3", "--format", "json");

        Assert.True(result.ExitCode == 0, result.ToString());
        JsonElement[] tasks = result.Events("task");
        Assert.Equal(12, tasks.Length);
        Assert.All(tasks, task => Assert.True(task.GetProperty("ok").GetBoolean()));
        Assert.All(tasks, task => Assert.Equal(10 << 10, task.GetProperty("bytes").GetInt64()));
        Assert.All(tasks, task => Assert.Equal(200, task.GetProperty("status").GetInt32()));
        Assert.InRange(tasks.Select(task => task.GetProperty("workerPid").GetInt32()).Distinct().Count(), 1, workers);
        Assert.NotEmpty(result.Events("tick"));
        JsonElement summary = Assert.Single(result.Events("summary"));
        Assert.Equal(12, summary.GetProperty("fetchesOk").GetInt64());
        Assert.Equal("summary", JsonElement.Parse(result.Out[^1]).GetProperty("event").GetString());
        Assert.Single(result.Error); // the header
    }

    [Fact(Timeout = Limit)]
    public async Task Verbose_reports_every_fetch()
    {
        CliResult result = await Cli.RunAsync("--executor", "thread", "--count", "3", "--verbose");

        Assert.Equal(3, result.Error.Count(line => line.StartsWith("fetch ", StringComparison.Ordinal)));
        Assert.All(result.Out, line => Assert.StartsWith("2", line, StringComparison.Ordinal));
    }
}
