namespace Offloop.Dashboard.Recording;

/// <summary>A worker that is gone, and why.</summary>
internal sealed record WorkerEnd
{
    public required DateTimeOffset Time { get; init; }

    public required int WorkerId { get; init; }

    public required int? ProcessId { get; init; }

    public required WorkerEndKind Kind { get; init; }

    public required string Reason { get; init; }
}

/// <summary>How a worker ended.</summary>
internal enum WorkerEndKind
{
    /// <summary>The pool asked it to.</summary>
    Left,

    /// <summary>The pool killed it.</summary>
    Killed,

    /// <summary>Neither: it crashed, ended itself or was killed by another process.</summary>
    Crashed,

    /// <summary>Its end was not observed.</summary>
    GivenUp,

    /// <summary>It could not be started.</summary>
    StartFailed,
}
