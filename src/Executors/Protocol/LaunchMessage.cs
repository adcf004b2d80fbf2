namespace Offloop.Protocol;

/// <summary>The part of a <see cref="LaunchMessage"/> that every version has.</summary>
internal sealed record LaunchVersion
{
    public required int Version { get; set; }

    public string? Library { get; set; }
}

/// <summary>The one line that a worker gets on its standard input. It holds the secrets, so it is passed in no other way.</summary>
internal sealed record LaunchMessage
{
    /// <summary>Raised whenever a message changes its meaning. Both ends must have the same version.</summary>
    public const int CurrentVersion = 3;

    public required int Version { get; set; }

    public required int WorkerId { get; set; }

    /// <summary>The process that serves the pipes. A worker checks this before it listens to anything.</summary>
    public required int CoordinatorProcessId { get; set; }

    /// <summary>The pipe of the coordinator's messages.</summary>
    public required string ControlPipe { get; set; }

    /// <summary>The pipe of the worker's messages. It is a pipe of its own because a Unix socket wakes the thread that reads it also
    /// when the other end takes what was written there.</summary>
    public required string ReportPipe { get; set; }

    /// <summary>The pipe of large payloads, either way.</summary>
    public required string DataPipe { get; set; }

    public required string StartMarkFile { get; set; }

    /// <summary>The secret that the server of the pipes says first, so that the worker knows it.</summary>
    public required byte[] ServerSecret { get; set; }

    /// <summary>The secret that the worker answers with, so that the server knows it.</summary>
    public required byte[] WorkerSecret { get; set; }

    public required long MaxMessageBytes { get; set; }

    /// <summary>How many tasks the worker is to run at once.</summary>
    public int Threads { get => Math.Max(1, field); set; } // 0 in a message that leaves it out

    /// <summary>Whether the coordinator looks into the worker from outside, which the worker has to allow.</summary>
    public bool IsInspected { get; set; }

    /// <summary>The time in milliseconds without a byte on standard input after which the worker ends itself and all that it has started;
    /// 0 for none. The coordinator writes a line end there four times as often.</summary>
    public int SilenceLimit { get; set; }

    /// <summary>Files of assemblies in which the worker finds tasks beside those of the application.</summary>
    public string[] TaskAssemblies { get => field ?? []; set; } // null in a message that leaves it out

    /// <summary>The coordinator's file, for the message of a worker that speaks another version.</summary>
    public string? Library { get; set; }

    /// <summary>The full name of the coordinator's entry assembly; null if it has none.</summary>
    public string? Application { get; set; }

    /// <summary>Leaves out the secrets: a record prints all it has, and this one may reach a log.</summary>
    public override string ToString() => $"LaunchMessage {{ Version = {Version}, WorkerId = {WorkerId} }}";
}
