using CommandLine;

namespace Offloop.Coordinator.Cli;

/// <summary>Reads the command line.</summary>
internal static class CommandReader
{
    /// <summary>Returns what is to be done: a verb with its options, or a text to print.</summary>
    /// <param name="words">The arguments of the program.</param>
    /// <param name="verbs">The verbs of the program.</param>
    /// <exception cref="UsageException">They cannot be understood.</exception>
    public static Request Read(IReadOnlyList<string> words, VerbCatalog verbs)
    {
        VerbShape? named = verbs.All.FirstOrDefault(shape => words is [var first, ..] && first == shape.Name);
        string[] rest = [.. words.Skip(named is null ? 0 : 1)];
        string[] options = [.. rest.TakeWhile(static word => word != "--")];
        if (options.Any(static word => word is "--help" or "-h"))
            return new Request.Print(named is null ? HelpPage.OfAll(verbs) : HelpPage.Of(named));
        if (options.Contains("--version"))
            return new Request.Print(VersionLine.Text);
        if (named is null && rest is [not ['-', ..], ..])
            throw UnknownVerb(rest[0], verbs);

        VerbShape shape = named ?? verbs.Default;
        var arguments = new Arguments(shape, rest);
        StoredOptions.AddTo(arguments, shape, verbs);
        Verb verb = Bind(shape, arguments.ToCanonical());
        verb.Catalog = verbs;
        verb.Verify();
        return new Request.Run(verb);
    }

    private static Verb Bind(VerbShape shape, string[] words)
    {
        using var parser = new Parser(static settings =>
        {
            settings.HelpWriter = null;
            settings.AutoHelp = false;
            settings.AutoVersion = false;
            settings.AllowMultiInstance = true;
            settings.CaseInsensitiveEnumValues = true; // the names of the enums' members are capitalized
            settings.EnableDashDash = true;
        });
        return shape.Bind(parser, words);
    }

    private static UsageException UnknownVerb(string word, VerbCatalog verbs)
    {
        string[] names = [.. verbs.All.Select(static shape => shape.Name)];
        return new UsageException(word, $"unknown verb; expected {string.Join(", ", names)}, or an option of run");
    }
}

/// <summary>What the command line asks for.</summary>
internal abstract record Request
{
    /// <summary>To run a verb.</summary>
    public sealed record Run(Verb Verb) : Request;

    /// <summary>To print a text.</summary>
    public sealed record Print(string Text) : Request;
}
