namespace Offloop;

/// <summary>One run of a task that ended with the loss of its worker. Immutable.</summary>
public sealed record TaskAttempt
{
    /// <summary>The number of the run: 1 for the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why the worker ended.</summary>
    public required FailureCause Cause { get; init; }

    /// <summary>How far the task had got.</summary>
    public required TaskPhase Phase { get; init; }

    /// <summary>The worker's number.</summary>
    public required int? WorkerId { get; init; }

    /// <summary>The id of the worker's process.</summary>
    public required int? ProcessId { get; init; }

    /// <summary>The worker's exit code.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>The signal that probably ended the worker, or null.</summary>
    public required string? ProbableSignal { get; init; }

    /// <summary>The time from when the worker got the task until the worker was gone.</summary>
    public required TimeSpan Duration { get; init; }

    internal static TaskAttempt From(TaskFailure facts, TimeSpan duration) => new()
    {
        Attempt = facts.Attempt,
        Cause = facts.Cause,
        Phase = facts.Phase,
        WorkerId = facts.WorkerId,
        ProcessId = facts.ProcessId,
        ExitCode = facts.ExitCode,
        ProbableSignal = facts.ProbableSignal,
        Duration = duration,
    };
}
