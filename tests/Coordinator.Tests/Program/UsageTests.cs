using System.Diagnostics;

namespace Offloop.Tests.Program;

public class UsageTests
{
    private const int Limit = 120_000;
    private const string Duration = "expected a duration from 1ms to 500h, such as 250ms, 10s, 1m or 1h.";

    /// <summary>What the verbs refuse, and some of what is refused while the line is read. <see cref="Offloop.Tests.Cli.BadLineTests"/>
    /// has all of that, without a process for each.</summary>
    public static TheoryData<string, string> BadInput { get; } = new()
    {
        { "--executor gpu", "--executor gpu: expected process, thread, inline or cluster." },
        { "--workers --verbose", "--workers: the value is missing; expected a whole number from 1 to 1024." },
        { "-x", "-x: unknown option of run; coordinator run --help lists all." },
        { "start", "start: unknown verb; expected run, map, replay, compare, worker, serve, completions, or an option of run." },
        { "map", "TASK: it is missing; expected http-get, or path/to/Assembly.dll:Namespace.Type.Method." },
        { "map http-gt", "http-gt: expected http-get, or path/to/Assembly.dll:Namespace.Type.Method." },
        { "map http-get --resume", "--resume: there is no output to go on with; expected --output FILE too." },
        { "map http-get --ordered --unordered", "--ordered --unordered: expected one of them." },
        { "map http-get --fail-fast --max-failures 2", "--fail-fast --max-failures: expected one of them." },
        { "map http-get --executor thread --crash-retries 1", "--crash-retries: only processes have it; expected --executor process." },
        { "map http-get --max-worker-memory 0", "--max-worker-memory 0: expected a size above 0, such as 512MiB." },
        { "map http-get --input /", "--input /: it is a directory; expected a file of lines." },
        {
            "map http-get --output /",
            "--output /: it is a directory; expected a file that can be written and that no other run writes to."
        },
        { "map http-get --input-format json --input a --output a", "--output a: it is the input; expected another file." },
        { "compare --url http://a.example/ --work cpu", "--url: only http fetches; expected --work http." },
        { "compare --report /", "--report /: it is a directory; expected a file that can be written." },
        { "run --live", "--live: stderr is no terminal; expected one." },
        { "run --url http://a.example/ --work cpu", "--url: only http fetches; expected --work http." },
    };

    [Theory(Timeout = Limit)]
    [InlineData("--help >/dev/full")]
    [InlineData("--version >/dev/full")]
    [InlineData("--help >&-")]
    [InlineData("--version >&-")]
    public async Task An_output_that_cannot_be_written_ends_it_with_one_line(string words)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /dev/full elsewhere.");
        var start = new ProcessStartInfo("sh", ["-c", $"exec '{Cli.Path}' {words}"]) { RedirectStandardError = true };

        using var process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("coordinator: stdout cannot be written: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(BadInput))]
    public async Task Bad_input_is_answered_with_one_sentence(string line, string sentence)
    {
        CliResult result = await Cli.RunAsync(line.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.Equal([$"coordinator: {sentence}"], result.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_value_is_shown_as_such()
    {
        CliResult result = await Cli.RunAsync("--duration", "");

        Assert.Equal([$"coordinator: --duration \"\": {Duration}"], result.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task Help_goes_to_stdout_and_lists_options_defaults_exit_codes_and_examples()
    {
        CliResult result = await Cli.RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.All(["usage:", "options of run:", "exit codes:", "examples:"], heading => Assert.Contains(heading, result.Out));
    }

    [Fact(Timeout = Limit)]
    public async Task The_version_goes_to_stdout()
    {
        CliResult result = await Cli.RunAsync("--version");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^coordinator \d+\.\d+\.\d+ \(commit ([0-9a-f]{12}|unknown), \.NET [^,]+, [^,]+\)$", Assert.Single(result.Out));
    }
}
