using Offloop.Coordinator;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Running;
using Offloop.Coordinator.Serving;

namespace Offloop.Tests.Cli;

public class CommandReaderTests
{
    private static readonly VerbCatalog s_verbs = Verbs.Catalog();

    [Fact]
    public void Nothing_at_all_runs_with_the_defaults()
    {
        RunVerb run = Run("");

        Assert.Equivalent(new RunVerb { Catalog = s_verbs }, run);
        Assert.Equal(TimeSpan.MaxValue, run.End);
    }

    [Fact]
    public void The_verb_run_may_be_named() => Assert.Equal(5, Run("run --count 5").Count);

    [Fact]
    public void Every_option_of_run_is_read()
    {
        RunVerb run = Run(
            "--executor thread --workers 3 --concurrency 7 --url http://a.example/x --duration 10s --count 9 "
            + "--interval 250ms --timeout 2s --format json --verbose");

        Assert.Equivalent(
            new RunVerb
            {
                Catalog = s_verbs,
                Executor = ExecutorKind.Thread,
                Workers = 3,
                Concurrency = 7,
                Urls = [new Uri("http://a.example/x")],
                Duration = new Duration("10s"),
                Count = 9,
                Interval = new Duration("250ms"),
                Timeout = new Duration("2s"),
                Format = OutputFormat.Json,
                Verbose = true,
            },
            run);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("--dashboard", 8650)]
    [InlineData("--dashboard --verbose", 8650)]
    [InlineData("--dashboard 0 --verbose", 0)]
    [InlineData("--dashboard=8080", 8080)]
    public void The_dashboard_has_a_port_of_its_own_unless_one_is_given(string line, int? port) => Assert.Equal(port, Run(line).Dashboard);

    [Fact]
    public void Without_a_concurrency_there_are_as_many_fetches_as_workers() => Assert.Equal(5, Run("--workers 5").InFlight);

    [Theory]
    [InlineData("--url http://a.example/ --url https://b.example/ --verbose")]
    [InlineData("--url=http://a.example/ --verbose --url=https://b.example/")]
    public void A_url_may_be_given_again(string line) =>
        Assert.Equal([new Uri("http://a.example/"), new Uri("https://b.example/")], Run(line).Urls);

    [Fact]
    public void Every_option_of_serve_is_read() =>
        Assert.Equivalent(
            new ServeVerb { Catalog = s_verbs, Port = 8080, Delay = new DurationOrZero("0ms"), Size = new Size("512") },
            Assert.IsType<ServeVerb>(Verb("serve --port 8080 --delay 0ms --size 512")));

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("run --help")]
    [InlineData("serve --help")]
    [InlineData("--workers nonsense --help")]
    public void Help_comes_before_all_else(string line) =>
        Assert.Contains("exit codes:", Assert.IsType<Request.Print>(Read(line)).Text, StringComparison.Ordinal);

    [Fact]
    public void The_version_can_be_asked_for() =>
        Assert.StartsWith("coordinator ", Assert.IsType<Request.Print>(Read("--version")).Text, StringComparison.Ordinal);

    [Fact]
    public void The_help_of_each_verb_names_its_options_with_their_defaults() =>
        Assert.All(s_verbs.All, verb => Assert.All(verb.Options, option =>
        {
            Assert.NotEmpty(option.HelpText);
            Assert.True(option.IsFlag || option.Placeholder.Length > 0, $"{option} has no placeholder.");
            Assert.Contains($"\n  {option} ", HelpPage.Of(verb), StringComparison.Ordinal);
            string words = string.Join(' ', HelpPage.Of(verb).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains(option.Default is null ? option.HelpText : $"(default: {option.Default})", words, StringComparison.Ordinal);
        }));

    [Fact]
    public void A_default_in_the_help_is_accepted_by_its_option() =>
        Assert.All(s_verbs.All.SelectMany(static verb => verb.Options), static option => Assert.True(
            option.Default is null || option.Default.Contains(' ') || option.Default == "none" || option.Rule.Accepts(option.Default),
            $"{option} {option.Default}"));

    [Fact]
    public void A_sentence_about_bad_input_stays_one_line()
    {
        UsageException error = Assert.Throws<UsageException>(() => CommandReader.Read(["--workers", "1\n2\u001b[2J"], s_verbs));

        Assert.Equal("--workers 1?2?[2J: expected a whole number from 1 to 1024.", error.Message);
    }

    private static RunVerb Run(string line) => Assert.IsType<RunVerb>(Verb(line));

    private static Verb Verb(string line) => Assert.IsType<Request.Run>(Read(line)).Verb;

    private static Request Read(string line) => CommandReader.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), s_verbs);
}
