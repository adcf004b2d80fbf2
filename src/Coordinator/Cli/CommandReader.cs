using CommandLine;

namespace Offloop.Coordinator.Cli;

/// <summary>Reads the command line. Throws a <see cref="UsageException"/> if it cannot be understood.</summary>
internal static class CommandReader
{
    /// <summary>Takes the verb off before it parses, because CommandLineParser 2.9.1 refuses repeated options such as <c>--url</c> once it
    /// knows verbs.</summary>
    public static Command Read(string[] args) => args switch
    {
        ["serve", .. string[] rest] => ReadServe(rest),
        ["run", .. string[] rest] => ReadRun(rest),
        _ => ReadRun(args),
    };

    private static Command ReadRun(string[] args)
    {
        RawRunOptions raw = Parse<RawRunOptions>(args, OptionRules.OfRun, "--verbose");
        if (AsksForText(raw) is { } text)
            return text;
        if (raw.Verbose > 1)
            throw new UsageException("--verbose", "expected the option once");
        var defaults = new RunSettings();
        int workers = OptionRules.Workers.Read(raw.Workers, defaults.Workers);
        return new Command.Run(new RunSettings
        {
            Executor = OptionRules.Executor.Read(raw.Executor, defaults.Executor),
            Workers = workers,
            Concurrency = OptionRules.Concurrency.Read(raw.Concurrency, absent: workers),
            Urls = OptionRules.Url.ReadAll(raw.Url),
            Duration = OptionRules.Duration.Read(raw.Duration, defaults.Duration),
            Count = OptionRules.Count.Read(raw.Count, defaults.Count),
            Interval = OptionRules.Interval.Read(raw.Interval, defaults.Interval),
            Timeout = OptionRules.Timeout.Read(raw.Timeout, defaults.Timeout),
            Format = OptionRules.Format.Read(raw.Format, defaults.Format),
            Verbose = raw.Verbose > 0,
        });
    }

    private static Command ReadServe(string[] args)
    {
        RawServeOptions raw = Parse<RawServeOptions>(args, OptionRules.OfServe);
        if (AsksForText(raw) is { } text)
            return text;
        var defaults = new ServeSettings();
        return new Command.Serve(new ServeSettings
        {
            Port = OptionRules.Port.Read(raw.Port, defaults.Port),
            Delay = OptionRules.Delay.Read(raw.Delay, defaults.Delay),
            Size = OptionRules.Size.Read(raw.Size, defaults.Size),
        });
    }

    private static Command? AsksForText(RawOptions raw) => raw switch
    {
        { Help: true } => new Command.Help(),
        { Version: true } => new Command.Version(),
        _ when raw.Stray.FirstOrDefault() is { } stray =>
            throw new UsageException(stray, "unknown verb; expected run, serve, or an option"),
        _ => null,
    };

    private static T Parse<T>(string[] args, IReadOnlyList<OptionRule> rules, params string[] flags)
    {
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.AutoHelp = false;
            settings.AutoVersion = false;
            settings.AllowMultiInstance = true;
        });
        ParserResult<T> result = parser.ParseArguments<T>(args);
        return result.Tag == ParserResultType.Parsed ? result.Value : throw Explain(result.Errors.First(), rules, flags);
    }

    private static UsageException Explain(Error error, IReadOnlyList<OptionRule> rules, string[] flags)
    {
        string token = error switch
        {
            NamedError named => "--" + named.NameInfo.LongName,
            TokenError { Token: ['-', ..] } written => written.Token.TrimEnd('='), // such as --workers=
            TokenError { Token.Length: 1 } letter => "-" + letter.Token,
            TokenError unknown => "--" + unknown.Token,
            _ => throw new InvalidOperationException($"CommandLineParser reported {error.Tag}, which these options cannot cause."),
        };
        if (rules.FirstOrDefault(rule => rule.Name == token) is { } known)
            return known.Missing();
        string[] names = [.. rules.Select(rule => rule.Name), .. flags, "--help"];
        return new UsageException(token, $"unknown option; expected one of {string.Join(", ", names)} or --version");
    }
}
