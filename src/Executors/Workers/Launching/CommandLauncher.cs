namespace Offloop.Workers;

/// <summary>Starts the program of <see cref="ProcessPoolOptions.Command"/>.</summary>
internal sealed class CommandLauncher(WorkerCommand command) : WorkerLauncher
{
    public override bool RunsDotnetMethods => false;

    protected override (string FileName, IEnumerable<string> Arguments) Command => (command.FileName, command.Arguments);
}
