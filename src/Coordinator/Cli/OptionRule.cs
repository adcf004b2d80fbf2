using System.Diagnostics.CodeAnalysis;

namespace Offloop.Coordinator.Cli;

internal delegate bool TryParse<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>One option that takes a value: its name and what it accepts, in words.</summary>
internal abstract class OptionRule(string name, string accepted)
{
    /// <summary>The option as it is typed, with its dashes.</summary>
    public string Name { get; } = name;

    /// <summary>What the option accepts; it completes a sentence that begins with <c>expected</c>.</summary>
    public string Accepted { get; } = accepted;

    public UsageException Missing() => new(Name, $"the value is missing; expected {Accepted}");
}

/// <inheritdoc/>
internal sealed class OptionRule<T>(string name, string accepted, TryParse<T> tryParse) : OptionRule(name, accepted)
{
    /// <summary>Reads the one value that was given, or takes <paramref name="absent"/> where none was.</summary>
    public T Read(IEnumerable<string> given, T absent)
    {
        string[] texts = [.. given];
        return texts switch
        {
            [] => absent,
            [string text] => Parse(text),
            _ => throw new UsageException($"{Name} {string.Join(' ', texts)}", $"expected the option once, with one value: {Accepted}"),
        };
    }

    /// <summary>Reads all values that were given.</summary>
    public IReadOnlyList<T> ReadAll(IEnumerable<string> given) => [.. given.Select(Parse)];

    private T Parse(string text) => tryParse(text, out T? value)
        ? value
        : throw new UsageException($"{Name} {(text.Length == 0 ? "\"\"" : text)}", $"expected {Accepted}");
}
