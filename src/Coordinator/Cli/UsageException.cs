namespace Offloop.Coordinator.Cli;

/// <summary>The command line was not understood. The message is one sentence that names the option, the value and the accepted
/// values.</summary>
internal sealed class UsageException(string subject, string remedy) : Exception($"{OneLine(subject)}: {remedy}.")
{
    /// <summary>An argument can hold anything, line breaks and terminal commands included; the sentence stays one line.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
