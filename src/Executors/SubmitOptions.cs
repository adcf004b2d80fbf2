namespace Offloop;

/// <summary>What one submitted task asks for beyond its executor's defaults. Immutable and thread-safe; one instance serves many tasks.</summary>
public sealed record SubmitOptions
{
    /// <summary>How long the task may run, counted from its start and not from its submission. When it ends, the task's token is
    /// cancelled, and after the executor's cancellation grace the task fails with <see cref="TaskTimeoutException"/>; a worker
    /// process that still runs it is killed.</summary>
    /// <value>Positive, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none. The default, null, takes the executor's <c>TaskTimeout</c>.</value>
    public TimeSpan? Timeout
    {
        get;
        init => field = Check.TimeoutOrNull(value);
    }

    /// <summary>Of the tasks that wait, the one with the highest priority starts first, first-in-first-out within one priority.</summary>
    /// <value>The default is 0; any value is allowed.</value>
    public int Priority { get; init; }

    /// <summary>How often the task is run again after the worker process that ran it died. Such a task may have had its side effects
    /// already, so it should be idempotent. A task that had not started is always sent elsewhere and never counted here.</summary>
    /// <value>The default is 0: at most once.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int CrashRetries
    {
        get;
        init => field = Check.NotNegative(value);
    }

    /// <summary>Who gets what the task reports with <see cref="TaskContext.Report"/>, such as <c>TaskProgress.Create((int percent) => ...)</c>.</summary>
    /// <value>The default, null, is nobody: reporting does nothing then.</value>
    public TaskProgress? Progress { get; init; }

    /// <summary>A name for logs and error messages.</summary>
    /// <value>The default, null, uses the name of the method.</value>
    public string? Name { get; init; }

    internal static SubmitOptions Default { get; } = new();
}
