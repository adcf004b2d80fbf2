using CommandLine;
using Microsoft.Extensions.Logging;
using Offloop.Coordinator.Logging;

namespace Offloop.Coordinator.Cli;

/// <summary>A verb of the command line: its options with their defaults and texts are its properties, and it runs itself. All that is known
/// about an option is told at its property; the reader, the help and the completions take it from there.</summary>
internal abstract class Verb : IDisposable
{
    [Option("config", MetaValue = "FILE", HelpText = "options from a JSON file, such as {\"workers\": 4}")]
    [WhenAbsent("none")]
    public string? Config { get; set; }

    /// <summary>All verbs, this one included. The reader sets it.</summary>
    public VerbCatalog Catalog { get; set; } = null!;

    /// <summary>Lines under the options in the help: what they do not say, and examples.</summary>
    public virtual string Notes => "";

    /// <summary>Refuses options that contradict each other.</summary>
    /// <exception cref="UsageException">They do.</exception>
    public virtual void Verify()
    {
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code of the program.</returns>
    public abstract int Execute();

    public virtual void Dispose()
    {
    }
}

/// <summary>A verb with an executor.</summary>
internal abstract class ExecutorVerb : Verb
{
    private ILoggerFactory? _loggers;

    [Option("log-level", MetaValue = "LEVEL", HelpText = "what the executor logs on stderr, from this level on")]
    public LogLevel LogLevel { get; set; } = LogLevel.None;

    [Option("log-format", MetaValue = "FORMAT", HelpText = "text, or json with one object per line")]
    public LogFormat LogFormat { get; set; }

    /// <summary>The executor's loggers, which write to stderr. They belong to the verb.</summary>
    public ILoggerFactory Loggers => _loggers ??= StderrLog.Create(Threshold, LogFormat);

    /// <summary>From which level on the executor logs.</summary>
    protected virtual LogLevel Threshold => LogLevel;

    /// <summary>Writes out what is still to be logged.</summary>
    public override void Dispose()
    {
        _loggers?.Dispose();
        base.Dispose();
    }
}

/// <summary>What the help says about an option that is not given, where its value alone would not be clear.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WhenAbsentAttribute(string meaning) : Attribute
{
    public string Meaning { get; } = meaning;
}

/// <summary>The value of an option that needs none, where it stands alone.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WhenAloneAttribute(string value) : Attribute
{
    public string Value { get; } = value;
}

/// <summary>Where tasks run.</summary>
internal enum ExecutorKind
{
    Process,
    Thread,
    Inline,
    Cluster,
}
