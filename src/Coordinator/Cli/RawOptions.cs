using CommandLine;

namespace Offloop.Coordinator.Cli;

// The text of each option, as typed. Every option is a sequence, because CommandLineParser ignores a scalar without a value and drops the
// first of two values. For a sequence it reports the missing value and keeps both.

/// <summary>The options of every verb.</summary>
internal abstract class RawOptions
{
    [Option('h', "help")] public bool Help { get; set; }
    [Option("version")] public bool Version { get; set; }
    [Value(0)] public IEnumerable<string> Stray { get; set; } = [];
}

internal sealed class RawRunOptions : RawOptions
{
    [Option("executor")] public IEnumerable<string> Executor { get; set; } = [];
    [Option("workers")] public IEnumerable<string> Workers { get; set; } = [];
    [Option("concurrency")] public IEnumerable<string> Concurrency { get; set; } = [];
    [Option("url")] public IEnumerable<string> Url { get; set; } = [];
    [Option("duration")] public IEnumerable<string> Duration { get; set; } = [];
    [Option("count")] public IEnumerable<string> Count { get; set; } = [];
    [Option("interval")] public IEnumerable<string> Interval { get; set; } = [];
    [Option("timeout")] public IEnumerable<string> Timeout { get; set; } = [];
    [Option("format")] public IEnumerable<string> Format { get; set; } = [];
    [Option("verbose", FlagCounter = true)] public int Verbose { get; set; }
}

internal sealed class RawServeOptions : RawOptions
{
    [Option("port")] public IEnumerable<string> Port { get; set; } = [];
    [Option("delay")] public IEnumerable<string> Delay { get; set; } = [];
    [Option("size")] public IEnumerable<string> Size { get; set; } = [];
}
