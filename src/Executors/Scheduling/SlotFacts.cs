namespace Offloop.Scheduling;

/// <summary>The facts that a slot publishes about itself. Immutable: a slot publishes a new one when a fact changes.</summary>
internal sealed record SlotFacts
{
    /// <summary>A slot without a number: the caller's own thread.</summary>
    public static SlotFacts Anonymous { get; } = new();

    /// <summary>The worker's number.</summary>
    public int? WorkerId { get; init; }

    /// <summary>The worker's process, or null if the worker is a thread or has no process yet.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The name of the node of a cluster that the slot is, or null.</summary>
    public string? Node { get; init; }

    /// <summary>The facts of a failure at this slot.</summary>
    public TaskFailure ToFailure(FailureCause cause, TaskPhase phase, int attempt) =>
        new() { Cause = cause, Phase = phase, WorkerId = WorkerId, ProcessId = ProcessId, Node = Node, Attempt = attempt };
}
