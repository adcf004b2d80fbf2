using System.Text.Json;

namespace Offloop.Tests.Program;

/// <summary><c>map</c>, from a user's view.</summary>
public class MapTests
{
    private const int Limit = 120_000;
    private static readonly string s_tasks = Cli.Tasks("SampleTasks");
    private static readonly string s_native = Cli.Tasks("NativeTasks");

    [Fact(Timeout = Limit)]
    public async Task Each_line_has_its_result_whatever_becomes_of_the_others()
    {
        CliResult result = await Cli.RunWithInputAsync(
            "a\nthrow\nexit\nonce\nhang\nb\n", "map", $"{s_tasks}:SampleTasks.Echo.Obey", "--timeout", "2s", "--crash-retries", "1",
            "--workers", "2", "--ordered");

        Assert.True(result.ExitCode == 3, result.ToString());
        JsonElement[] lines = Parse(result);
        Assert.Equal([0, 1, 2, 3, 4, 5], lines.Select(line => line.GetProperty("index").GetInt32()));
        Assert.Equal("a", lines[0].GetProperty("result").GetString());
        Assert.Equal(1, lines[0].GetProperty("attempt").GetInt32());
        Assert.True(lines[0].GetProperty("ms").GetDouble() >= 0);
        Assert.True(lines[0].GetProperty("workerPid").GetInt32() > 0);
        AssertFailure(lines[1], "System.InvalidOperationException", "TaskException", "Running", attempt: 1);
        AssertFailure(lines[2], "Offloop.WorkerLostException", "Exit", "Running", attempt: 2);
        Assert.Equal("once", lines[3].GetProperty("result").GetString());
        Assert.Equal(2, lines[3].GetProperty("attempt").GetInt32());
        AssertFailure(lines[4], "Offloop.TaskTimeoutException", "Timeout", "Running", attempt: 1);
        Assert.Equal("b", lines[5].GetProperty("result").GetString());
        Assert.StartsWith("lines: 6 read = 3 ok, 3 failed, 0 skipped; 2 retried, 1 killed; ", result.Error[^1], StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Threads_of_one_process_share_the_lines_and_a_crash_is_the_matter_of_its_line()
    {
        string lines = string.Join('\n', Enumerable.Range(0, 40).Select(static number => number == 20 ? "exit" : $"{number}")) + "\n";

        CliResult result = await Cli.RunWithInputAsync(
            lines, "map", $"{s_tasks}:SampleTasks.Echo.Obey", "--workers", "1", "--threads-per-worker", "4", "--crash-retries", "2",
            "--ordered");

        Assert.True(result.ExitCode == 3, result.ToString());
        JsonElement[] results = Parse(result);
        AssertFailure(results[20], "Offloop.WorkerLostException", "Exit", "Running", attempt: 3);
        Assert.Equal(39, results.Count(static line => line.GetProperty("ok").GetBoolean()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("inline")]
    [InlineData("thread")]
    [InlineData("process")]
    public async Task Every_executor_gives_the_same(string executor)
    {
        CliResult result = await Cli.RunWithInputAsync(
            "a\r\nthrow\n\nä😀", "map", $"{s_tasks}:SampleTasks.Echo.Obey", "--executor", executor, "--workers", "2", "--ordered");

        Assert.True(result.ExitCode == 3, result.ToString());
        JsonElement[] lines = Parse(result);
        Assert.Equal(["a", "", "ä😀"], lines.Where(IsOk).Select(line => line.GetProperty("result").GetString()));
        Assert.Contains("\"ä", result.Out[3], StringComparison.Ordinal); // as it is, not escaped
        AssertFailure(lines[1], "System.InvalidOperationException", "TaskException", "Running", attempt: 1);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Echo.Number", "7", "7")]
    [InlineData("Echo.Twice(int)", "7", "14")]
    [InlineData("Echo.Twice(string)", "7", "\"77\"")]
    [InlineData("Echo.Context", "x", "\"x 1\"")]
    [InlineData("Echo.Token", "x", "\"x\"")]
    [InlineData("Echo.Later", "x", "null")]
    [InlineData("Echo.Nothing", "x", "null")]
    [InlineData(
        "Echo.Price", "{\"name\":\"a\",\"count\":2,\"size\":\"Large\"}",
        "{\"Order\":{\"Name\":\"a\",\"Count\":2,\"Size\":\"Large\"},\"Price\":5.0}")]
    public async Task Any_static_method_with_one_argument_is_a_task(string method, string line, string expected)
    {
        CliResult result = await Cli.RunWithInputAsync(
            line, "map", $"{s_tasks}:SampleTasks.{method}", "--workers", "1", "--executor", "thread");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(expected, Parse(result).Single().GetProperty("result").GetRawText());
    }

    [Fact(Timeout = Limit)]
    public async Task A_line_that_is_not_what_the_task_takes_is_that_lines_failure()
    {
        CliResult result = await Cli.RunWithInputAsync(
            "{\"Name\":\"a\",\"Count\":1}\n{\"Name\":\"b\"}\n{\"Name\":null,\"Count\":1}\n\n[1]\n",
            "map", $"{s_tasks}:SampleTasks.Echo.Price", "--workers", "1", "--ordered");

        Assert.True(result.ExitCode == 3, result.ToString());
        JsonElement[] lines = Parse(result);
        Assert.True(IsOk(lines[0]));
        Assert.All(lines[1..], line => AssertFailure(line, "System.Text.Json.JsonException", "Payload", "NotStarted", attempt: 1));
        Assert.All(lines[1..], line => Assert.Contains("The line is not JSON of", line.GetRawText(), StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_result_that_json_cannot_hold_is_that_lines_failure()
    {
        CliResult result = await Cli.RunWithInputAsync("x\n", "map", $"{s_tasks}:SampleTasks.Echo.Unwritable", "--workers", "1");

        AssertFailure(Parse(result).Single(), "System.NotSupportedException", "Payload", "ResultLost", attempt: 1);
    }

    [Theory(Timeout = Limit)]
    [InlineData("process")]
    [InlineData("thread")]
    public async Task A_task_brings_its_own_packages_and_native_libraries(string executor)
    {
        string[] options = ["--executor", executor, "--workers", "1"];
        CliResult sum = await Cli.RunWithInputAsync("100\n", ["map", $"{s_native}:NativeTasks.Sums.Of", .. options]);
        CliResult version = await Cli.RunWithInputAsync("\n", ["map", $"{s_native}:NativeTasks.Sums.ParserVersion", .. options]);

        Assert.True(sum.ExitCode == 0, sum.ToString());
        Assert.Equal(5050, Parse(sum).Single().GetProperty("result").GetInt32());
        Assert.True(version.ExitCode == 0, version.ToString());
        Assert.Equal("2.8.0.0", Parse(version).Single().GetProperty("result").GetString()); // the coordinator itself has 2.9.1
    }

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task A_hundred_thousand_lines_add_up()
    {
        string input = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"{number}\n"));

        CliResult result = await Cli.RunWithInputAsync(input, "map", $"{s_tasks}:SampleTasks.Echo.Line");

        Assert.True(result.ExitCode == 0, string.Join('\n', result.Error));
        Assert.StartsWith("lines: 100000 read = 100000 ok, 0 failed, 0 skipped; ", result.Error[^1], StringComparison.Ordinal);
        bool[] seen = new bool[100_000];
        foreach (JsonElement line in Parse(result))
        {
            int index = line.GetProperty("index").GetInt32();
            Assert.Equal($"{index}", line.GetProperty("result").GetString());
            Assert.False(seen[index]);
            seen[index] = true;
        }
        Assert.DoesNotContain(false, seen);
    }

    [Fact(Timeout = Limit)]
    public async Task The_first_results_come_before_the_input_has_ended()
    {
        await using CliProcess process = CliProcess.Start("map", $"{s_tasks}:SampleTasks.Echo.Line", "--workers", "1");

        await process.Input.WriteAsync("first\n");
        await process.Input.FlushAsync();
        Assert.Contains("\"first\"", await process.ReadLineAsync(), StringComparison.Ordinal);
        await process.Input.WriteAsync("second"); // without an end of the line
        process.Input.Close();
        Assert.Contains("\"second\"", await process.ReadLineAsync(), StringComparison.Ordinal);

        Assert.Equal(0, (await process.FinishAsync(TimeSpan.FromSeconds(60))).ExitCode);
    }

    [Theory(Timeout = Limit)]
    [InlineData("--fail-fast", 1)]
    [InlineData("--max-failures=3", 3)]
    public async Task It_stops_at_as_many_failures_as_asked(string option, int failures)
    {
        string input = string.Concat(Enumerable.Repeat("throw\n", 5000));

        CliResult result = await Cli.RunWithInputAsync(
            input, "map", $"{s_tasks}:SampleTasks.Echo.Obey", "--workers", "1", "--executor", "inline", option);

        Assert.True(result.ExitCode == 3, result.ToString());
        Assert.Equal(failures, Parse(result).Length);
        Assert.Matches($"^lines: \\d+ read = 0 ok, {failures} failed, 0 skipped(, \\d+ not finished)?; ", result.Error[^1]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_line_that_is_no_text_is_that_lines_failure()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] input = [.. "\uFEFFa\n"u8, 0xFF, 0xFE, (byte)'\n', .. "b\n"u8, 0xFF];
            await File.WriteAllBytesAsync(path, input, TestContext.Current.CancellationToken);

            CliResult result = await Cli.RunAsync("map", $"{s_tasks}:SampleTasks.Echo.Line", "--input", path, "--ordered");

            Assert.True(result.ExitCode == 3, result.ToString());
            JsonElement[] lines = Parse(result);
            Assert.Equal([0, 1, 2, 3], lines.Select(line => line.GetProperty("index").GetInt32()));
            Assert.Equal("a", lines[0].GetProperty("result").GetString());
            Assert.Equal(
                "The line cannot be read: it is no valid UTF-8.", lines[1].GetProperty("error").GetProperty("message").GetString());
            Assert.Equal("b", lines[2].GetProperty("result").GetString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_closed_stdout_ends_it_quietly()
    {
        await using CliProcess process = CliProcess.Start("map", $"{s_tasks}:SampleTasks.Echo.Line", "--workers", "1");
        await process.Input.WriteAsync("first\n");
        await process.Input.FlushAsync();
        await process.ReadLineAsync();

        process.CloseOutput();
        await process.Input.WriteAsync("second\n");
        await process.Input.FlushAsync();
        CliResult result = await process.FinishAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
    }

    [Theory(Timeout = Limit)]
    [InlineData("inline")]
    [InlineData("thread")]
    [InlineData("process")]
    public async Task What_tasks_print_goes_to_stderr(string executor)
    {
        CliResult result = await Cli.RunWithInputAsync(
            "x\n", "map", $"{s_tasks}:SampleTasks.Echo.Nothing", "--workers", "1", "--executor", executor);

        Assert.Single(result.Out);
        Assert.Contains("printed x", result.Error);
    }

    private static JsonElement[] Parse(CliResult result) => [.. result.Out.Select(line => JsonElement.Parse(line))];

    private static bool IsOk(JsonElement line) => line.GetProperty("ok").GetBoolean();

    private static void AssertFailure(JsonElement line, string type, string cause, string phase, int attempt)
    {
        Assert.False(IsOk(line));
        Assert.Equal(type, line.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(cause, line.GetProperty("cause").GetString());
        Assert.Equal(phase, line.GetProperty("phase").GetString());
        Assert.Equal(attempt, line.GetProperty("attempt").GetInt32());
    }
}
