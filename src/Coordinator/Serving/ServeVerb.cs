using System.ComponentModel.DataAnnotations;
using CommandLine;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Serving;

/// <summary>Runs the slow server alone.</summary>
[Verb("serve", HelpText = "run the slow HTTP server alone, until Ctrl+C")]
internal sealed class ServeVerb : Verb
{
    [Option("port", MetaValue = "N", HelpText = "port on 127.0.0.1, 0 for any free one"), Range(0, 65535)]
    public int Port { get; set; }

    [Option("delay", MetaValue = "TIME", HelpText = "time before each response")]
    public DurationOrZero Delay { get; set; } = new(TimeSpan.FromMilliseconds(200));

    [Option("size", MetaValue = "SIZE", HelpText = "size of each response, such as 512, 10KiB or 1MiB")]
    public Size Size { get; set; } = new(10 << 10);

    public override string Notes => """
        Its URL is the one line on stdout.

        example:
          coordinator serve --port 8080 --delay 1s
        """;

    public override int Execute() => ServerRun.Execute(this);
}
