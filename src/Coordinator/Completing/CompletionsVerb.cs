using CommandLine;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;

namespace Offloop.Coordinator.Completing;

/// <summary>A shell whose command line can be completed.</summary>
internal enum Shell
{
    Bash,
    Zsh,
    PowerShell,
}

/// <summary>Prints the script that completes verbs, options and values in a shell.</summary>
[Verb("completions", HelpText = "print the script that completes this command line in a shell")]
internal sealed class CompletionsVerb : Verb
{
    [Value(0, MetaName = "SHELL", HelpText = "bash, zsh or powershell")]
    public Shell Shell { get; set; }

    public override string Notes => """
        examples:
          source <(coordinator completions bash)            in ~/.bashrc
          source <(coordinator completions zsh)             in ~/.zshrc, after compinit
          coordinator completions powershell | Out-String | Invoke-Expression
        """;

    public override int Execute() => StandardOutput.Print(new CompletionScript(Catalog).For(Shell));
}
