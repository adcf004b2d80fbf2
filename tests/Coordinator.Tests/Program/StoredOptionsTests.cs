namespace Offloop.Tests.Program;

/// <summary>Options from the environment and from a file.</summary>
public sealed class StoredOptionsTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory(Timeout = Limit)]
    [InlineData("", "", "executor=process workers=2 concurrency=2")]
    [InlineData("", "thread", "executor=thread workers=3 concurrency=5")]
    [InlineData("--executor inline", "thread", "executor=inline workers=none concurrency=5")]
    [InlineData("--executor=inline --concurrency 1 --verbose=false", "thread", "executor=inline workers=none concurrency=1")]
    public async Task The_command_line_wins_then_the_environment_then_the_file(string line, string variable, string header)
    {
        await File.WriteAllTextAsync(
            _file, """{ "executor": "process", "workers": 3, "concurrency": 4, "verbose": true, "rate": "1/s" /* of map */ }""",
            TestContext.Current.CancellationToken);
        var variables = new Dictionary<string, string>();
        string[] words = ["--duration", "1ms", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (variable.Length > 0)
        {
            variables = new() { ["OFFLOOP_EXECUTOR"] = variable, ["OFFLOOP_CONCURRENCY"] = "5", ["OFFLOOP_CONFIG"] = _file };
        }

        await using CliProcess process = CliProcess.Start(variables, words);
        CliResult result = await process.FinishAsync(s_limit);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.StartsWith(header, result.Error[0], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("{ \"wrokers\": 3 }", "FILE: wrokers: no verb has such an option; the nearest is workers.")]
    [InlineData("{ \"workers\": \"two\" }", "FILE: workers two: expected a whole number from 1 to 1024.")]
    [InlineData("{ \"workers\": [1, 2] }", "FILE: workers 1 2: expected the option once, with one value: a whole number from 1 to 1024.")]
    [InlineData("{ \"verbose\": \"yes\" }", "FILE: verbose yes: expected true or false.")]
    public async Task What_is_wrong_in_the_file_is_named(string content, string sentence)
    {
        await File.WriteAllTextAsync(_file, content, TestContext.Current.CancellationToken);

        CliResult result = await Cli.RunAsync("--config", _file);

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Equal($"coordinator: {sentence.Replace("FILE", _file, StringComparison.Ordinal)}", Assert.Single(result.Error));
    }

    [Theory(Timeout = Limit)]
    [InlineData("[1]")]
    [InlineData("{ \"workers\": ")]
    [InlineData("")]
    public async Task A_file_that_is_no_json_object_is_one_sentence(string content)
    {
        await File.WriteAllTextAsync(_file, content, TestContext.Current.CancellationToken);

        CliResult result = await Cli.RunAsync("--config", _file);

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.EndsWith("expected a JSON object such as {\"workers\": 4}.", Assert.Single(result.Error), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_variable_that_is_wrong_and_a_file_that_is_missing_are_named()
    {
        await using CliProcess process = CliProcess.Start(new Dictionary<string, string> { ["OFFLOOP_WORKERS"] = "0" });
        CliResult variable = await process.FinishAsync(s_limit);
        CliResult file = await Cli.RunAsync("--config", "/nowhere/options.json");

        Assert.Equal(["coordinator: OFFLOOP_WORKERS 0: expected a whole number from 1 to 1024."], variable.Error);
        Assert.Equal(
            ["coordinator: --config /nowhere/options.json: it cannot be read; expected a JSON file with names and values of options."],
            file.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task Several_urls_may_stand_in_the_file()
    {
        await File.WriteAllTextAsync(
            _file, """{ "url": ["http://127.0.0.1:1/", "http://127.0.0.1:2/"], "count": 2, "executor": "inline" }""",
            TestContext.Current.CancellationToken);

        CliResult result = await Cli.RunAsync("--config", _file);

        Assert.EndsWith(" url=http://127.0.0.1:1/ url=http://127.0.0.1:2/", result.Error[0], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("text")]
    [InlineData("json")]
    public async Task The_log_goes_to_stderr_one_line_each(string format)
    {
        CliResult result = await Cli.RunAsync("--count", "2", "--log-level", "debug", "--log-format", format);

        string[] log = [.. result.Error.Where(line => line.Contains("Worker 1 ", StringComparison.Ordinal))];
        Assert.NotEmpty(log);
        Assert.All(log, line => Assert.StartsWith(format == "json" ? "{\"" : "dbug: Offloop.", line, StringComparison.Ordinal));
    }
}
