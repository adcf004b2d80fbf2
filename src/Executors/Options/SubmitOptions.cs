namespace Offloop;

/// <summary>The settings of one task. Immutable and thread-safe; one instance may be used for many tasks, and each property validates its
/// value when it is set.</summary>
public sealed record SubmitOptions
{
    /// <summary>The time the task may run, counted from its start and not from its submission. Then its token is cancelled, and the task
    /// fails with <see cref="TaskTimeoutException"/> when it ends, or at the latest after the executor's
    /// <see cref="ExecutorOptions.CancellationGrace"/>; a worker process that still runs it is killed.</summary>
    /// <value>Positive, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit. The default, null, uses the executor's
    /// <see cref="ExecutorOptions.TaskTimeout"/>.</value>
    public TimeSpan? Timeout
    {
        get;
        init => field = Check.TimeoutOrNull(value);
    }

    /// <summary>The task's place in the queue: higher priorities start first, and tasks of one priority start in the order of their
    /// submission.</summary>
    /// <value>Any number. The default is 0.</value>
    public int Priority { get; init; }

    /// <summary>The labels that the task's node must have, all of them: <c>gpu</c>, say, or <c>os=linux</c>. A task that waits for a label
    /// holds up no other. Only the nodes of a <c>ClusterExecutor</c> have labels; the other executors refuse a task that requires
    /// one.</summary>
    /// <value>Compared letter by letter; none is empty. The default requires none.</value>
    /// <exception cref="ArgumentException">A label is null or empty.</exception>
    public IReadOnlyCollection<string> Requires
    {
        get;
        init => (field, Labels) = (Check.Labels(value), LabelSet.Of(value));
    } = [];

    /// <summary>How many times the task may be run again after its worker process died. It may have had side effects by then, so it should
    /// be idempotent. A task that had not started is always sent to another worker and does not count.</summary>
    /// <value>0 or more. The default is 0: the task runs at most once.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int CrashRetries
    {
        get;
        init => field = Check.NotNegative(value);
    }

    /// <summary>Receives the values that the task reports with <see cref="TaskContext.Report"/>, such as
    /// <c>TaskProgress.Create((int percent) => ...)</c>.</summary>
    /// <value>The default, null, ignores them.</value>
    public TaskProgress? Progress { get; init; }

    /// <summary>The name of the task in logs and error messages.</summary>
    /// <value>The default, null, uses the name of the method.</value>
    public string? Name { get; init; }

    /// <summary>What <see cref="Requires"/> says.</summary>
    internal LabelSet Labels { get; private init; } = LabelSet.Empty;

    internal static SubmitOptions Default { get; } = new();
}
