using System.Diagnostics;

namespace Offloop.Tests.Program;

public class UsageTests
{
    private const int Limit = 30_000;
    private const string Duration = "expected a duration from 1ms to 500h, such as 250ms, 10s, 1m or 1h.";
    private const string Url = "expected an absolute URL with http or https, such as https://example.org/.";

    public static TheoryData<string, string> BadInput { get; } = new()
    {
        { "--executor gpu", "--executor gpu: expected process, thread or inline." },
        { "--executor Process", "--executor Process: expected process, thread or inline." },
        { "--workers -1", "--workers -1: expected a whole number from 1 to 1024." },
        { "--workers=-1", "--workers -1: expected a whole number from 1 to 1024." },
        { "--workers 0", "--workers 0: expected a whole number from 1 to 1024." },
        { "--workers 100000", "--workers 100000: expected a whole number from 1 to 1024." },
        { "--workers 99999999999999999999", "--workers 99999999999999999999: expected a whole number from 1 to 1024." },
        { "--workers two", "--workers two: expected a whole number from 1 to 1024." },
        { "--workers 1.5", "--workers 1.5: expected a whole number from 1 to 1024." },
        { "--workers", "--workers: the value is missing; expected a whole number from 1 to 1024." },
        { "--workers=", "--workers: the value is missing; expected a whole number from 1 to 1024." },
        { "--workers --verbose", "--workers: the value is missing; expected a whole number from 1 to 1024." },
        { "--workers 2 --workers 3", "--workers 2 3: expected the option once, with one value: a whole number from 1 to 1024." },
        { "--verbose --verbose", "--verbose: expected the option once." },
        { "--concurrency 0", "--concurrency 0: expected a whole number from 1 to 4096." },
        { "--count 0", "--count 0: expected a whole number from 1 to 1000000000." },
        { "--duration soon", $"--duration soon: {Duration}" },
        { "--duration 10", $"--duration 10: {Duration}" },
        { "--duration -5s", $"--duration -5s: {Duration}" },
        { "--duration 0s", $"--duration 0s: {Duration}" },
        { "--duration 99999999999999999999999999999999h", $"--duration 99999999999999999999999999999999h: {Duration}" },
        { "--interval 0ms", $"--interval 0ms: {Duration}" },
        { "--timeout never", $"--timeout never: {Duration}" },
        { "--url example", $"--url example: {Url}" },
        { "--url http://", $"--url http://: {Url}" },
        { "--url ftp://example.org/", $"--url ftp://example.org/: {Url}" },
        { "--url /etc/hosts", $"--url /etc/hosts: {Url}" },
        { "--url", $"--url: the value is missing; {Url}" },
        { "--format xml", "--format xml: expected text or json." },
        { "--speed 9", "--speed: unknown option of run; coordinator run --help lists all." },
        { "--wrokers 9", "--wrokers: unknown option of run; --workers is the nearest, and coordinator run --help lists all." },
        { "-x", "-x: unknown option of run; coordinator run --help lists all." },
        { "--verbose=yes", "--verbose yes: expected true or false." },
        { "--workers 2 3", "3: unexpected argument; an option takes one value, and coordinator run --help lists them." },
        { "start", "start: unknown verb; expected run, map, replay, compare, serve, completions, or an option of run." },
        { "serve --executor thread", "--executor: unknown option of serve; coordinator serve --help lists all." },
        { "serve --port 70000", "--port 70000: expected a whole number from 0 to 65535." },
        { "serve here", "here: unexpected argument; an option takes one value, and coordinator serve --help lists them." },
        { "map", "TASK: it is missing; expected http-get, or path/to/Assembly.dll:Namespace.Type.Method." },
        { "map --workers 2 http-get", "http-get: TASK comes first: coordinator map TASK [options]." },
        {
            "map --workers=2 -- http-get --resume",
            "--resume: unexpected argument; an option takes one value, and coordinator map --help lists them."
        },
        { "map http-gt", "http-gt: expected http-get, or path/to/Assembly.dll:Namespace.Type.Method." },
        { "map http-get --resume", "--resume: there is no output to go on with; expected --output FILE too." },
        { "map http-get --ordered --unordered", "--ordered --unordered: expected one of them." },
        { "map http-get --fail-fast --max-failures 2", "--fail-fast --max-failures: expected one of them." },
        { "map http-get --executor thread --crash-retries 1", "--crash-retries: only processes have it; expected --executor process." },
        { "map http-get --rate 10", "--rate 10: expected a rate from 1/h to 100000/s, such as 10/s, 90/m or 500/h." },
        { "map http-get --max-worker-memory 0", "--max-worker-memory 0: expected a size above 0, such as 512MiB." },
        { "map http-get --input /", "--input /: it is a directory; expected a file of lines." },
        {
            "map http-get --output /",
            "--output /: it is a directory; expected a file that can be written and that no other run writes to."
        },
        { "map http-get --input-format json --input a --output a", "--output a: it is the input; expected another file." },
        { "compare --url http://a.example/ --work cpu", "--url: only http fetches; expected --work http." },
        { "compare --work sleep", "--work sleep: expected http, cpu, alloc, crash, hang or leak." },
        { "compare --report /", "--report /: it is a directory; expected a file that can be written." },
        { "run --dashboard 65536", "--dashboard 65536: expected a whole number from 0 to 65535." },
        { "run --dashboard open", "--dashboard open: expected a whole number from 0 to 65535." },
        { "replay a.json --dashboard", "--dashboard: unknown option of replay; coordinator replay --help lists all." },
        { "run --live", "--live: stderr is no terminal; expected one." },
        { "run --url http://a.example/ --work cpu", "--url: only http fetches; expected --work http." },
        { "completions", "SHELL: it is missing; expected bash, zsh or powershell." },
        { "completions tcsh", "tcsh: expected bash, zsh or powershell." },
        { "completions --config x bash", "bash: SHELL comes first: coordinator completions SHELL [options]." },
        { "serve --delay -1s", "--delay -1s: expected a duration from 0ms to 500h, such as 0ms, 200ms or 1s." },
        { "serve --size 10KB", "--size 10KB: expected a size from 0 to 1TiB, such as 512, 10KiB or 1MiB." },
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
