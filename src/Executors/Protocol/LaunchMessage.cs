namespace Offloop.Protocol;

/// <summary>The one line that a worker gets on its standard input: it holds the secrets, so it is nowhere else.</summary>
internal sealed record LaunchMessage
{
    /// <summary>Raised whenever a message changes its meaning.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required int WorkerId { get; init; }

    /// <summary>The process that serves the pipes, as a worker checks before it listens to anything.</summary>
    public required int CoordinatorProcessId { get; init; }

    public required string ControlPipe { get; init; }

    public required string DataPipe { get; init; }

    public required string StartMarkFile { get; init; }

    /// <summary>What the server of the pipes says first, so that the worker knows it.</summary>
    public required byte[] ServerSecret { get; init; }

    /// <summary>What the worker answers, so that the server knows it.</summary>
    public required byte[] WorkerSecret { get; init; }

    public required long MaxMessageBytes { get; init; }

    /// <summary>Without the secrets: a record prints all it has, and this one may reach a log.</summary>
    public override string ToString() => $"LaunchMessage {{ Version = {Version}, WorkerId = {WorkerId} }}";
}
