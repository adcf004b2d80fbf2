namespace Offloop;

/// <summary>Where the standard output and error of a process pool's tasks go, line by line.</summary>
public enum TaskOutput
{
    /// <summary><see cref="Log"/> if <see cref="ExecutorOptions.LoggerFactory"/> is set, and <see cref="Inherit"/> otherwise.</summary>
    Auto,

    /// <summary>To <see cref="Console.Out"/> and <see cref="Console.Error"/> of this process. Without a logger, the unexpected end of a
    /// worker is one line on the latter.</summary>
    Inherit,

    /// <summary>All of it to <see cref="Console.Error"/> of this process, for a program whose own output must stay clean. Without a
    /// logger, the unexpected end of a worker is a line there too.</summary>
    StandardError,

    /// <summary>To the log, at level Information, with worker, process and task.</summary>
    Log,

    /// <summary>Nowhere. The last lines of a worker that dies are in <see cref="TaskFailure.StandardErrorTail"/> all the same.</summary>
    Discard,
}
