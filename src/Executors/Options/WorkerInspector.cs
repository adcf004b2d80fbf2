using Offloop.Telemetry;

namespace Offloop;

/// <summary>Looks into the workers of one pool from outside, to say where a task was that had to be ended by force. The package
/// <c>Offloop.Diagnostics</c> implements it. It hears what happens in the pool, and is disposed with it.</summary>
internal abstract class WorkerInspector : ExecutorListener, IAsyncDisposable
{
    /// <summary>Variables that workers start with; their tasks and children do not see them. Constant.</summary>
    public virtual IEnumerable<(string Name, string? Value)> Variables => [];

    /// <summary>Whether it looks into a worker that is to be killed for this cause.</summary>
    public abstract bool Wants(FailureCause cause);

    /// <summary>Looks into a worker that is about to be killed, and is not before this is done. It takes a bounded time and does not
    /// fail.</summary>
    /// <param name="processId">The worker.</param>
    /// <param name="cause">Why it is to be killed.</param>
    public abstract Task<WorkerFindings> LookAsync(int processId, FailureCause cause);

    /// <summary>The file to which a worker that has ended wrote its memory as it crashed; null if there is none.</summary>
    public virtual string? CrashDumpOf(int processId) => null;

    public abstract ValueTask DisposeAsync();
}

/// <summary>What was seen in a worker.</summary>
/// <param name="Stacks">Where its tasks were, by their numbers.</param>
/// <param name="Note">Why a task that runs may be missing there, in one sentence, or null.</param>
/// <param name="DumpFile">The file to which its memory was written, or null.</param>
internal sealed record WorkerFindings(IReadOnlyDictionary<long, TaskStackTrace> Stacks, string? Note = null, string? DumpFile = null)
{
    /// <summary>Where a task was.</summary>
    public TaskStackTrace? Of(long taskId) =>
        Stacks.TryGetValue(taskId, out TaskStackTrace? stack) ? stack
        : Note is null ? null
        : new TaskStackTrace { Frames = [], Note = Note };
}
