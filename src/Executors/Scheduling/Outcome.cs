using Offloop.Telemetry;

namespace Offloop.Scheduling;

/// <summary>The outcome of one task: facts only, decided once.</summary>
internal abstract record Outcome(OutcomeKind Kind)
{
    /// <summary>What the caller gets in place of a result; null if the task returned or was cancelled.</summary>
    public virtual Exception? Error => null;

    /// <summary>The task returned, and its result has been read.</summary>
    public sealed record Result<T>(T Value) : Outcome(OutcomeKind.Succeeded);

    /// <summary>The task threw.</summary>
    public sealed record Thrown(Exception Exception) : Outcome(OutcomeKind.Failed)
    {
        public override Exception? Error => Exception;

        /// <summary>Whether it is the kind of exception with which code answers a cancelled token.</summary>
        public bool AnswersCancellation => Exception is OperationCanceledException
            || (Exception is RemoteTaskException { InnerException: null } remote && IsCancellationType(remote.RemoteTypeName));

        private static bool IsCancellationType(string name) =>
            name == typeof(OperationCanceledException).FullName || name == typeof(TaskCanceledException).FullName;
    }

    /// <summary>The executor ended the task, or could not run it.</summary>
    public sealed record Failed(Exception Exception, OutcomeKind Kind) : Outcome(Kind)
    {
        public override Exception? Error => Exception;
    }

    /// <summary>The task was cancelled.</summary>
    public sealed record Cancelled(CancellationToken Token) : Outcome(OutcomeKind.Cancelled);
}

/// <summary>The end of a task.</summary>
/// <param name="Item">The task.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Took">How long it took, if it has ended by itself and its slot has measured it.</param>
internal readonly record struct TaskEnd(WorkItem Item, Outcome Outcome, TimeSpan? Took = null);
