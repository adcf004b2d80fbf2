using System.Text;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Completing;

/// <summary>Makes completion scripts from what the verbs say of their options.</summary>
internal sealed class CompletionScript(VerbCatalog verbs)
{
    public string For(Shell shell) => shell switch
    {
        Shell.Bash => Bash(),
        Shell.Zsh => Zsh(),
        Shell.PowerShell => PowerShell(),
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, null),
    };

    private string Names => string.Join(' ', verbs.All.Select(static verb => verb.Name));

    private string Bash()
    {
        var script = new StringBuilder($$"""
            # Completes coordinator in bash. Made by: coordinator completions bash
            _coordinator() {
              local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb={{verbs.Default.Name}}
              [[ $word == = ]] && word=
              [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}
              case ${COMP_WORDS[1]} in {{Names.Replace(' ', '|')}}) verb=${COMP_WORDS[1]} ;; esac
              COMPREPLY=()
              case $verb:$before in

            """);
        foreach ((VerbShape verb, OptionShape option) in WithValue())
            script.AppendLine($"    {verb.Name}:{option}) {BashValues(option.Rule)}return ;;");
        script.AppendLine("  esac");
        script.AppendLine("  case $verb in");
        foreach (VerbShape verb in verbs.All)
        {
            script.AppendLine($"    {verb.Name})");
            if (verb.Operand is { } operand)
                script.AppendLine($"      if ((COMP_CWORD == 2)); then {BashValues(operand.Rule)}return; fi");
            script.AppendLine($"      COMPREPLY=($(compgen -W '{OptionsOf(verb)}' -- \"$word\")) ;;");
        }
        script.Append($$"""
              esac
              ((COMP_CWORD > 1)) || COMPREPLY+=($(compgen -W '{{Names}}' -- "$word"))
            }
            complete -o filenames -F _coordinator coordinator

            """);
        return script.ToString();
    }

    private static string BashValues(ValueRule rule) => rule switch
    {
        { Names.Count: > 0 } => $"COMPREPLY=($(compgen -W '{string.Join(' ', rule.Names)}' -- \"$word\")); ",
        { IsFile: true } => "COMPREPLY=($(compgen -f -- \"$word\")); ",
        _ => "",
    };

    private string Zsh()
    {
        var script = new StringBuilder($$"""
            #compdef coordinator
            # Completes coordinator in zsh. Made by: coordinator completions zsh
            _coordinator() {
              local verb={{verbs.Default.Name}}
              if ((CURRENT == 2)); then
                local -a verbs=(

            """);
        foreach (VerbShape verb in verbs.All)
            script.AppendLine($"      {ZshQuoted($"{verb.Name}:{verb.HelpText}")}");
        script.Append($$"""
                )
                _describe verb verbs
              fi
              case ${words[2]} in {{Names.Replace(' ', '|')}}) verb=${words[2]}; shift words; ((CURRENT--)) ;; esac
              case $verb in

            """);
        foreach (VerbShape verb in verbs.All)
        {
            script.AppendLine($"    {verb.Name}) _arguments -s \\");
            if (verb.Operand is { } operand)
                script.AppendLine($"      {ZshQuoted($"1:{operand.Placeholder}:{ZshValues(operand.Rule)}")} \\");
            foreach (OptionShape option in verb.Options)
            {
                string prefix = option.IsRepeatable ? "*" : "";
                string colons = option.Alone is null ? ":" : "::";
                string value = option.IsFlag ? "" : $"{colons}{option.Placeholder.Trim('[', ']')}:{ZshValues(option.Rule)}";
                string equals = option.IsFlag ? "" : option.Alone is null ? "=" : "=-";
                string text = option.HelpText.Replace(":", "\\:", StringComparison.Ordinal);
                script.AppendLine($"      {ZshQuoted($"{prefix}{option}{equals}[{text}]{value}")} \\");
            }
            script.AppendLine("      '(- *)--help[print a help text]' '(- *)--version[print the version]' ;;");
        }
        script.Append("""
              esac
            }
            compdef _coordinator coordinator

            """);
        return script.ToString();
    }

    private static string ZshValues(ValueRule rule) => rule switch
    {
        { Names.Count: > 0 } => $"({string.Join(' ', rule.Names)})",
        { IsFile: true } => "_files",
        _ => "",
    };

    private static string ZshQuoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private string PowerShell()
    {
        var script = new StringBuilder($$"""
            # Completes coordinator in PowerShell. Made by: coordinator completions powershell
            Register-ArgumentCompleter -Native -CommandName coordinator -ScriptBlock {
              param($word, $ast, $cursor)
              $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { "$_" })
              $verbs = @({{Quoted(verbs.All.Select(static verb => verb.Name))}})
              $verb = if ($words.Count -gt 1 -and $verbs -contains $words[1]) { $words[1] } else { '{{verbs.Default.Name}}' }
              $values = @{

            """);
        foreach ((VerbShape verb, OptionShape option) in WithValue().Where(static pair => pair.Option.Rule.Names.Count > 0))
            script.AppendLine($"    '{verb.Name}:{option}' = @({Quoted(option.Rule.Names)})");
        script.AppendLine("  }");
        script.AppendLine("  $options = @{");
        foreach (VerbShape verb in verbs.All)
            script.AppendLine($"    '{verb.Name}' = @({Quoted((verb.Operand?.Rule.Names ?? []).Concat(OptionsOf(verb).Split(' ')))})");
        script.Append("""
              }
              $found = $values["${verb}:$($words[-1])"]
              if (-not $found) { $found = $options[$verb]; if ($words.Count -eq 1) { $found = $verbs + $found } }
              $found | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }

            """);
        return script.ToString();
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(static name => $"'{name}'"));

    /// <summary>The options whose next word is a value, whatever it is.</summary>
    private IEnumerable<(VerbShape Verb, OptionShape Option)> WithValue() => verbs.All.SelectMany(
        static verb => verb.Options.Where(static option => !option.IsFlag && option.Alone is null).Select(option => (verb, option)));

    private static string OptionsOf(VerbShape verb) =>
        string.Join(' ', verb.Options.Select(static option => $"{option}").Concat(["--help", "--version"]));
}
