namespace Offloop.Coordinator.Cli;

/// <summary>What the command line asks for.</summary>
internal abstract record Command
{
    public sealed record Run(RunSettings Settings) : Command;

    public sealed record Serve(ServeSettings Settings) : Command;

    public sealed record Help : Command;

    public sealed record Version : Command;
}
