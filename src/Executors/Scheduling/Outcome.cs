using Offloop.Payloads;

namespace Offloop.Scheduling;

/// <summary>What a task came to, for the totals.</summary>
internal enum OutcomeKind
{
    Succeeded,
    Failed,
    Cancelled,
    TimedOut,
    Lost,
}

/// <summary>The decided outcome of one task.</summary>
internal abstract record Outcome
{
    /// <summary>The task returned, in this process.</summary>
    public sealed record Result<T>(T Value) : Outcome;

    /// <summary>The task returned, in a worker; the result is read when the caller's task is completed.</summary>
    public sealed record RemoteResult(Payload Payload, Slot Slot) : Outcome;

    /// <summary>The task threw.</summary>
    public sealed record Thrown(Exception Exception) : Outcome
    {
        /// <summary>Whether it is the kind of exception with which code answers a cancelled token.</summary>
        public bool AnswersCancellation => Exception is OperationCanceledException
            || Exception is RemoteTaskException { InnerException: null } remote && IsCancellationType(remote.RemoteType);

        private static bool IsCancellationType(string name) =>
            name == typeof(OperationCanceledException).FullName || name == typeof(TaskCanceledException).FullName;
    }

    /// <summary>The executor ended the task, or could not run it.</summary>
    public sealed record Failed(Exception Exception, OutcomeKind Kind) : Outcome;

    /// <summary>The task was cancelled.</summary>
    public sealed record Cancelled(CancellationToken Token) : Outcome;
}
