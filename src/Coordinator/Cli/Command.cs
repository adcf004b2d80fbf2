namespace Offloop.Coordinator.Cli;

/// <summary>The verb that the command line asks for, with its settings.</summary>
internal abstract record Command
{
    public sealed record Run(RunSettings Settings) : Command;

    public sealed record Serve(ServeSettings Settings) : Command;

    public sealed record Help : Command;

    public sealed record Version : Command;
}
