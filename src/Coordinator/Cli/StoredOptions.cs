using Microsoft.Extensions.Configuration;

namespace Offloop.Coordinator.Cli;

/// <summary>Options from the environment and from the file of <c>--config</c>. The command line comes before the environment, and the
/// environment before the file.</summary>
internal static class StoredOptions
{
    private const string Prefix = "OFFLOOP_";

    /// <summary>The variables that options of a verb may come from.</summary>
    public static IEnumerable<string> VariablesOf(VerbShape verb) => verb.Options.Select(static option => Prefix + VariableOf(option));

    /// <exception cref="UsageException">The file cannot be read, or a value is not accepted.</exception>
    public static void AddTo(Arguments arguments, VerbShape verb, VerbCatalog verbs)
    {
        OptionShape config = verb.Options.Single(static option => option.Name == "config");
        if (HasVariables(verb))
            AddVariables(arguments, verb); // most runs have none, and are spared the libraries
        if (arguments.Of(config) is [string path])
            AddFile(arguments, verb, verbs, path);
    }

    /// <summary>An option's variable is its name in capitals: <c>OFFLOOP_LOG_LEVEL</c>. Other variables with the prefix are not the
    /// program's, and no error.</summary>
    private static void AddVariables(Arguments arguments, VerbShape verb)
    {
        IConfigurationRoot values = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        foreach (OptionShape option in verb.Options)
        {
            string name = VariableOf(option);
            Add(arguments, option, values.GetSection(name), Prefix + name);
        }
    }

    private static bool HasVariables(VerbShape verb) => Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(
        name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && verb.Options.Any(option => name.StartsWith(Prefix + VariableOf(option), StringComparison.OrdinalIgnoreCase)));

    private static void AddFile(Arguments arguments, VerbShape verb, VerbCatalog verbs, string path)
    {
        IConfigurationRoot values = ReadFile(path);
        foreach (IConfigurationSection section in values.GetChildren())
        {
            OptionShape? option = verb.Options.FirstOrDefault(
                option => option.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
            if (option is not null)
                Add(arguments, option, section, $"{path}: {option.Name}");
            else
                RequireKnown(section.Key, path, verbs);
        }
    }

    private static void Add(Arguments arguments, OptionShape option, IConfigurationSection section, string source)
    {
        string[] texts = section.Value is { } one ? [one] : [.. section.GetChildren().Select(static item => item.Value ?? "")];
        if (texts.Length > 0)
            arguments.AddAbsent(option, texts, source);
    }

    private static IConfigurationRoot ReadFile(string path)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false).Build();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config {path}", "it cannot be read; expected a JSON file with names and values of options");
        }
        catch (InvalidDataException error)
        {
            string detail = error.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
            throw new UsageException($"--config {path}", $"{detail}; expected a JSON object such as {{\"workers\": 4}}");
        }
    }

    /// <summary>One file may serve several verbs, so an option of another verb is no error.</summary>
    private static void RequireKnown(string name, string path, VerbCatalog verbs)
    {
        string[] all = [.. verbs.All.SelectMany(static verb => verb.Options).Select(static option => option.Name).Distinct()];
        if (all.Contains(name, StringComparer.OrdinalIgnoreCase))
            return;
        string hint = Words.Nearest(name, all) is { } nearest
            ? $"the nearest is {nearest}"
            : $"expected names such as {all[0]} or {all[1]}";
        throw new UsageException($"{path}: {name}", $"no verb has such an option; {hint}");
    }

    /// <summary>The name of an option's variable.</summary>
    private static string VariableOf(OptionShape option) => option.Name.Replace('-', '_').ToUpperInvariant();
}
