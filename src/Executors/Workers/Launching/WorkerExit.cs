using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>How a worker process ended, once it is gone and everything it sent has been read.</summary>
internal sealed record WorkerExit
{
    public required int ProcessId { get; init; }

    public required int ExitCode { get; init; }

    /// <summary>Whether it was killed because it had left its pipe or could not be understood, or ended itself because it did not
    /// understand a message.</summary>
    public required bool BrokeProtocol { get; init; }

    /// <summary>Whether the process said that it was ending itself: without that a code above 128 is taken for a signal.</summary>
    public required bool Announced { get; init; }

    /// <summary>Why the process did not get as far as the worker's own code, if the .NET host has said so.</summary>
    public HostFailure? HostFailure { get; init; }

    public required string StandardErrorTail { get; init; }

    /// <summary>Its page of start marks, or null if that could not be read.</summary>
    public required byte[]? Marks { get; init; }

    /// <summary>The ends of tasks that it had no time to report.</summary>
    public FinishedTask[] UnreportedEnds => StartMark.EndsIn(Marks);

    /// <summary>The number of the task on whose thread the process ended itself; 0 if that is not known.</summary>
    public int ExitedBy => StartMark.ExitedBy(Marks);

    public string? ProbableSignal => Announced || HostFailure is not null ? null : ProcessControl.ProbableSignal(ExitCode);

    public FailureCause Cause =>
        BrokeProtocol ? FailureCause.ProtocolError
        : ProbableSignal is null ? FailureCause.Exit
        : FailureCause.Crash;

    public string Reason =>
        HostFailure is { } failure ? failure.Text
        : ProbableSignal is { } signal ? $"probably {signal}"
        : $"exit code {ExitCode}";

    /// <summary>The facts of a failure that this end has caused.</summary>
    public TaskFailure ToFailure(FailureCause cause, int workerId) => new()
    {
        Cause = cause,
        WorkerId = workerId,
        ProcessId = ProcessId,
        ExitCode = ExitCode,
        ProbableSignal = ProbableSignal,
        StandardErrorTail = StandardErrorTail,
    };
}
