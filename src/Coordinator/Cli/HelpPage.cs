using System.Text;

namespace Offloop.Coordinator.Cli;

/// <summary>The texts that <c>--help</c> prints, made of what the verbs and their options say of themselves.</summary>
internal static class HelpPage
{
    private const string Ending = """

        A TIME is a number with a unit: 250ms, 10s, 1m, 1h. Every option can also come from the environment, as OFFLOOP_ and its name
        in capitals (OFFLOOP_LOG_LEVEL=debug), or from the file of --config; the command line wins, then the environment. Words after --
        are no options. NO_COLOR turns colours off.

        exit codes:
          0    it ended as asked
          1    it could not be done or could not go on, or every fetch failed
          2    the command line was not understood, and nothing ran
          3    a map ended, and some of its lines failed
          130  interrupted by Ctrl+C or a signal

        """;

    private const int UsageColumn = 42;
    private const int OptionColumn = 30;
    private const int Width = 120;

    /// <summary>The page of the program: its verbs, and the options of the one that need not be named.</summary>
    public static string OfAll(VerbCatalog verbs)
    {
        var page = new StringBuilder("""
            coordinator: runs blocking calls in worker processes, on threads or inline, while an event loop stays free.

            usage:

            """);
        foreach (VerbShape verb in verbs.All)
            Row(page, UsageOf(verb), verb.HelpText, UsageColumn);
        Row(page, "coordinator VERB --help", "the options of a verb", UsageColumn);
        Row(page, "coordinator --version", "the version, the commit it was built from, and the runtime", UsageColumn);
        page.AppendLine();
        AddOptions(page, verbs.Default);
        AddNotes(page, verbs.Default);
        page.Append(Ending);
        return page.ToString();
    }

    /// <summary>The page of one verb.</summary>
    public static string Of(VerbShape verb)
    {
        var page = new StringBuilder($"{UsageOf(verb)}: {verb.HelpText}\n\n");
        if (verb.Operand is { } operand)
        {
            Row(page, operand.Placeholder, operand.HelpText);
            page.AppendLine();
        }
        AddOptions(page, verb);
        AddNotes(page, verb);
        page.Append(Ending);
        return page.ToString();
    }

    private static string UsageOf(VerbShape verb)
    {
        string name = verb.IsDefault ? $"[{verb.Name}]" : verb.Name;
        return verb.Operand is { } operand ? $"coordinator {name} {operand.Placeholder} [options]" : $"coordinator {name} [options]";
    }

    private static void AddOptions(StringBuilder page, VerbShape verb)
    {
        page.AppendLine($"options of {verb.Name}:");
        foreach (OptionShape option in verb.Options)
            Row(page, option.IsFlag ? $"{option}" : $"{option} {option.Placeholder}", TextOf(option));
    }

    private static string TextOf(OptionShape option)
    {
        string repeat = option.IsRepeatable ? "; may be repeated" : "";
        return $"{option.HelpText}{repeat}{(option.Default is { } value ? $" (default: {value})" : "")}";
    }

    private static void AddNotes(StringBuilder page, VerbShape verb)
    {
        if (verb.Verb.Notes.Length > 0)
            page.AppendLine().AppendLine(verb.Verb.Notes);
    }

    /// <summary>A name and its text, which is broken into lines that begin in the same column.</summary>
    private static void Row(StringBuilder page, string name, string text, int textColumn = OptionColumn)
    {
        string indent = new(' ', textColumn);
        page.Append($"  {name} ".PadRight(textColumn));
        if (name.Length + 3 > textColumn)
            page.AppendLine().Append(indent);
        int column = textColumn;
        foreach (string word in text.Split(' '))
        {
            if (column > textColumn && column + word.Length > Width)
            {
                page.AppendLine().Append(indent);
                column = textColumn;
            }
            page.Append(column > textColumn ? " " : "").Append(word);
            column += word.Length + 1;
        }
        page.AppendLine();
    }
}
