using System.Text.RegularExpressions;

namespace Offloop.Tests.Commands;

/// <summary>The verbs of build.cmd, each for a short time, as CONTRIBUTING.md tells them. They take minutes.</summary>
public sealed partial class VerbTests
{
    /// <summary>A verb with arguments, and words of what it says.</summary>
    public static TheoryData<string, string> Commands { get; } = new()
    {
        { "help", "Usage: build.cmd [verb]" },
        { "build", "0 Error(s)" },
        { "run --duration 2s", "event loop: free" },
        { "test --filter-class *DurationTextTests", "failed: 0" },
        { "bench --quick --only queue", "queue" },
        { "chaos --seed 3 --minutes 0.1", "All promises held." },
        { "chaos --cluster --seed 3 --minutes 0.1", "All promises held." },
        { "soak --hours 0.01 --output artifacts/soak-try", "soak: held" },
        { "fuzz --minutes 0.02 --seed 3 --target frames", "frames" },
        { "model --events 5000 --seed 3", "all promises kept" },
        { "scale --nodes 5 --slots 8 --seconds 0.1", "Every task ended once" },
        { "scale --processes --nodes 2", "Nodes of one slot" },
        { "differ --programs 20 --seed 3", "0 unexplained" },
        { "differ --cluster --programs 20 --seed 3", "0 unexplained" },
        { "docs", "0 error(s)" },
        { "publish", "artifacts/coordinator" },
        { "pack", "Offloop.Executors." },
        { "format --check", "" },
    };

    /// <summary>Those that are run elsewhere, and where.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new()
    {
        ["matrix"] = "this test is a part of it",
        ["release"] = "ReleaseTests",
    };

    [Theory(Explicit = true)]
    [MemberData(nameof(Commands))]
    public async Task A_verb_does_what_its_row_says(string command, string words)
    {
        string script = Path.Combine(Feed.Repository, "build.cmd");
        Run run = OperatingSystem.IsWindows() // sh reads a file without a shebang, and nobody else does
            ? await Feed.ExecuteAsync(Feed.Repository, script, command.Split(' '))
            : await Feed.ExecuteAsync(Feed.Repository, "sh", [script, .. command.Split(' ')]);
        run.AssertSaid(words);
    }

    [Fact]
    public void Every_verb_is_run_and_is_in_CONTRIBUTING()
    {
        string script = File.ReadAllText(Path.Combine(Feed.Repository, "build.cmd"));
        string page = File.ReadAllText(Path.Combine(Feed.Repository, "CONTRIBUTING.md"));
        string[] usages = [.. Usage().Matches(script).Select(static match => match.Groups[1].Value)];
        Assert.Equal(2, usages.Length); // of cmd and of sh
        Assert.Equal(usages[0], usages[1]);

        string[] verbs = [.. Brackets().Replace(usages[0], "").Split(',').Select(static verb => verb.Trim().Split(' ')[0])];
        Assert.Contains("chaos", verbs);
        Assert.Equal(
            verbs.Order(),
            Commands.Select(static row => row.Data.Item1.Split(' ')[0]).Concat(s_elsewhere.Keys).Distinct().Order());
        Assert.All(verbs.Except(["build", "help", "run"]), verb => Assert.Contains($"`./build.cmd {verb}", page, StringComparison.Ordinal));
    }

    [GeneratedRegex("(?m)^(?:set )?verbs='?(.*?)'?$")]
    private static partial Regex Usage();

    /// <summary>What stands in brackets, also in others.</summary>
    [GeneratedRegex(@"[\[(](?>[^\[\]()]|(?<open>[\[(])|(?<-open>[\])]))*(?(open)(?!))[\])]")]
    private static partial Regex Brackets();
}
