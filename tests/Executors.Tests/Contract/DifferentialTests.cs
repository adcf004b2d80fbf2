using System.Diagnostics;
using System.Text.RegularExpressions;
using Offloop.Differ;

namespace Offloop.Tests;

/// <summary>Random programs on all executors; <c>./build.cmd differ</c> runs more of them.</summary>
public sealed partial class DifferentialTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task Random_programs_differ_only_as_the_documentation_says_and_in_each_of_these_ways()
    {
        // A program of its own: it takes over the console, and other tests must not write there.
        var start = new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Differ.dll"), "--programs", "500", "--seed", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process program = Process.Start(start)!;
        Task<string> output = program.StandardOutput.ReadToEndAsync(), error = program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();

        Assert.Equal("", await error);
        Assert.Equal(0, program.ExitCode);
        foreach (Difference difference in Difference.All)
            Assert.Matches($@"(?m)^{difference.Id} +[1-9]", await output);
    }

    [Fact]
    public void The_documentation_has_each_difference_and_no_other()
    {
        string page = File.ReadAllText(RepositoryFile.Path("docs", "differences.md"));
        string[] rows = [.. Row().Matches(page).Select(static row => row.Groups[1].Value)];
        Assert.Equal(Difference.All.Select(static difference => difference.Id), rows);
    }

    [GeneratedRegex(@"^\| (D\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
