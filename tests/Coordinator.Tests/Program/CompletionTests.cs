using System.Diagnostics;

namespace Offloop.Tests.Program;

/// <summary>The completion scripts, in the shells that are here.</summary>
public class CompletionTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("co", "compare completions")]
    [InlineData("--exec", "--executor")]
    [InlineData("run --executor ", "process thread inline cluster")]
    [InlineData("run --dashboard --exec", "--executor")]
    [InlineData("map http-get --input-format=", "auto lines json")]
    [InlineData("serve --ex", "")]
    [InlineData("compare --work c", "cpu crash")]
    [InlineData("completions ", "bash zsh powershell")]
    public async Task Bash_completes_verbs_options_and_values(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        CliResult script = await Cli.RunAsync("completions", "bash");
        // COMP_WORDBREAKS splits at = as well.
        string[] words = $"coordinator {line}".Replace("=", " = ", StringComparison.Ordinal).Split(' ');
        string quoted = string.Join(' ', words.Select(word => $"'{word}'"));

        string found = await RunAsync(
            "/bin/bash", "-c",
            $"{string.Join('\n', script.Out)}\nCOMP_WORDS=({quoted}); COMP_CWORD={words.Length - 1}; _coordinator; "
            + "echo \"${COMPREPLY[@]}\"");

        Assert.Equal(expected, found.Trim());
    }

    [Fact(Timeout = Limit)]
    public async Task Bash_completes_files_where_a_file_is_expected()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        CliResult script = await Cli.RunAsync("completions", "bash");

        string found = await RunAsync(
            "/bin/bash", "-c",
            $"{string.Join('\n', script.Out)}\ncd /; COMP_WORDS=(coordinator map x --input et); COMP_CWORD=4; _coordinator; "
            + "echo \"${COMPREPLY[@]}\"");

        Assert.Equal("etc", found.Trim());
    }

    [Fact(Timeout = Limit)]
    public async Task Zsh_understands_its_script()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "There is no zsh here.");
        CliResult script = await Cli.RunAsync("completions", "zsh");

        string listed = await RunAsync(
            "/usr/bin/zsh", "-c",
            $"autoload -Uz compinit; compinit -u -D; {string.Join('\n', script.Out)}\nwhence -w _coordinator; "
            + "print -l ${_comps[coordinator]}");

        Assert.Equal("_coordinator: function\n_coordinator", listed.Trim());
    }

    [Fact(Timeout = Limit)]
    public async Task The_script_for_PowerShell_names_every_verb_and_option()
    {
        CliResult script = await Cli.RunAsync("completions", "powershell");

        Assert.Contains(
            script.Out, line => line.StartsWith("Register-ArgumentCompleter -Native -CommandName coordinator ", StringComparison.Ordinal));
        Assert.Contains(script.Out, line => line.StartsWith("    'map' = @('--input', ", StringComparison.Ordinal));
        Assert.Contains("    'compare:--work' = @('http', 'cpu', 'alloc', 'crash', 'hang', 'leak')", script.Out);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await error);
        return output;
    }
}
