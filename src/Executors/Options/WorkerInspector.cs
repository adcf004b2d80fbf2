using Offloop.Telemetry;

namespace Offloop;

/// <summary>Looks into the workers of one pool from outside, to say where a task was that had to be ended by force. The package
/// <c>Offloop.Diagnostics</c> implements it. It hears what happens in the pool, and is disposed with it.</summary>
internal abstract class WorkerInspector : ExecutorListener, IAsyncDisposable
{
    /// <summary>Variables that workers start with; their tasks and children do not see them. Constant.</summary>
    public virtual IEnumerable<(string Name, string? Value)> Variables => [];

    /// <summary>How long a kill waits for a look at most, whatever the look does. It is less than the patience of the scheduler
    /// with an end that it does not see.</summary>
    public virtual TimeSpan Limit => TimeSpan.FromSeconds(9);

    /// <summary>Whether it looks into a worker that is to be killed for this cause.</summary>
    public abstract bool Wants(FailureCause cause);

    /// <summary>Looks into a worker before it is killed, or before its kill is considered.</summary>
    /// <param name="processId">The worker.</param>
    /// <param name="cause">Why it is to be killed.</param>
    public abstract Task<WorkerFindings> LookAsync(int processId, FailureCause cause);

    /// <summary>The file to which a worker that has crashed wrote its memory; null if there is none. It is called once for each.</summary>
    public virtual string? CrashDumpOf(int processId) => null;

    public abstract ValueTask DisposeAsync();
}

/// <summary>What was seen in a worker.</summary>
/// <param name="Stacks">Where its tasks were, by their numbers.</param>
/// <param name="Note">Why a task that runs may be missing there, in one sentence, or null.</param>
/// <param name="DumpFile">The file to which its memory was written, or null.</param>
internal sealed record WorkerFindings(IReadOnlyDictionary<long, TaskStackTrace> Stacks, string? Note = null, string? DumpFile = null)
{
    /// <summary>Nothing was seen.</summary>
    public static WorkerFindings None { get; } = new(new Dictionary<long, TaskStackTrace>());

    /// <summary>Where a task was.</summary>
    public TaskStackTrace? Of(long taskId) =>
        Stacks.TryGetValue(taskId, out TaskStackTrace? stack) ? stack
        : Note is null ? null
        : new TaskStackTrace { Frames = [], Note = Note };
}
