namespace Offloop.Dashboard;

/// <summary>The settings of a dashboard. Immutable.</summary>
public sealed record DashboardOptions
{
    /// <summary>What the page lets its readers do. Whoever may read the page may do it; the log tells who did. Without an authorization
    /// policy that is so in the environment Development alone.</summary>
    /// <value>The default is <see cref="DashboardActions.None"/>: the page shows and does nothing.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value has a flag that is not defined.</exception>
    public DashboardActions Actions
    {
        get;
        init => field = (value & ~DashboardActions.All) == 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Actions), value, $"Actions is {value}; expected None, or any of Recycle, EndTask and Drain.");
    }
}

/// <summary>What the readers of a dashboard may do to the executors that it shows.</summary>
[Flags]
public enum DashboardActions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Replace a worker process, as <c>ProcessPoolExecutor.RecycleAsync</c> does: no task is lost.</summary>
    Recycle = 1,

    /// <summary>End a task that a worker has, as a cancellation does: its token, the grace, the kill. Its caller gets an
    /// <see cref="ExecutorException"/> which says that the task was ended by hand.</summary>
    EndTask = 2,

    /// <summary>Shut an executor down: it accepts no more tasks and lets those that it has end. It cannot be opened again.</summary>
    Drain = 4,

    /// <summary>All of these.</summary>
    All = Recycle | EndTask | Drain,
}
