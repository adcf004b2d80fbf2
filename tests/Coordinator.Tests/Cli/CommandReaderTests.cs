using Offloop.Coordinator.Cli;

namespace Offloop.Tests.Cli;

public class CommandReaderTests
{
    [Fact]
    public void Nothing_at_all_runs_with_the_defaults() => Assert.Equivalent(new RunSettings(), Run(""));

    [Fact]
    public void The_verb_run_may_be_named() => Assert.Equal(5, Run("run --count 5").Count);

    [Fact]
    public void Every_option_of_run_is_read()
    {
        RunSettings settings = Run(
            "--executor thread --workers 3 --concurrency 7 --url http://a.example/x --duration 10s --count 9 "
            + "--interval 250ms --timeout 2s --format json --verbose");

        Assert.Equivalent(
            new RunSettings
            {
                Executor = ExecutorKind.Thread,
                Workers = 3,
                Concurrency = 7,
                Urls = [new Uri("http://a.example/x")],
                Duration = TimeSpan.FromSeconds(10),
                Count = 9,
                Interval = TimeSpan.FromMilliseconds(250),
                Timeout = TimeSpan.FromSeconds(2),
                Format = OutputFormat.Json,
                Verbose = true,
            },
            settings);
    }

    [Fact]
    public void Without_a_concurrency_there_are_as_many_fetches_as_workers() => Assert.Equal(5, Run("--workers 5").Concurrency);

    [Theory]
    [InlineData("--url http://a.example/ --url https://b.example/ --verbose")]
    [InlineData("--url=http://a.example/ --verbose --url=https://b.example/")]
    public void A_url_may_be_given_again(string line) =>
        Assert.Equal([new Uri("http://a.example/"), new Uri("https://b.example/")], Run(line).Urls);

    [Fact]
    public void Every_option_of_serve_is_read() =>
        Assert.Equal(
            new ServeSettings { Port = 8080, Delay = TimeSpan.Zero, Size = 512 },
            Assert.IsType<Command.Serve>(Read("serve --port 8080 --delay 0ms --size 512")).Settings);

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("run --help")]
    [InlineData("serve --help")]
    [InlineData("--workers nonsense --help")]
    public void Help_comes_before_all_else(string line) => Assert.IsType<Command.Help>(Read(line));

    [Fact]
    public void The_version_can_be_asked_for() => Assert.IsType<Command.Version>(Read("--version"));

    [Fact]
    public void The_help_names_every_option() =>
        Assert.All(
            OptionRules.OfRun.Concat(OptionRules.OfServe),
            rule => Assert.Contains($"  {rule.Name} ", HelpText.Text, StringComparison.Ordinal));

    [Fact]
    public void A_sentence_about_bad_input_stays_one_line()
    {
        UsageException error = Assert.Throws<UsageException>(() => CommandReader.Read(["--workers", "1\n2\u001b[2J"]));

        Assert.Equal("--workers 1?2?[2J: expected a whole number from 1 to 1024.", error.Message);
    }

    private static RunSettings Run(string line) => Assert.IsType<Command.Run>(Read(line)).Settings;

    private static Command Read(string line) => CommandReader.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
