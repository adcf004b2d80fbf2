using System.Diagnostics.CodeAnalysis;

namespace Offloop.Coordinator.Cli;

internal delegate bool TryParse<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>An option that takes a value: its name and a description of the values that it accepts.</summary>
internal abstract class OptionRule(string name, string accepted)
{
    /// <summary>The option as it is typed, with its dashes.</summary>
    public string Name { get; } = name;

    /// <summary>The accepted values, worded to follow <c>expected</c> in a sentence.</summary>
    public string Accepted { get; } = accepted;

    public UsageException Missing() => new(Name, $"the value is missing; expected {Accepted}");
}

/// <inheritdoc/>
internal sealed class OptionRule<T>(string name, string accepted, TryParse<T> tryParse) : OptionRule(name, accepted)
{
    /// <summary>Reads the one value that was given, or returns <paramref name="absent"/> if there is none.</summary>
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
