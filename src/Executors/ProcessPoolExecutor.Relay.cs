using Offloop.Relaying;

namespace Offloop;

/// <content>Tasks of another process, which the workers of this pool run: the part of a node in a cluster.</content>
public sealed partial class ProcessPoolExecutor
{
    /// <summary>Runs a task of another process. Its owner hears what comes of it, also if it is not accepted.</summary>
    internal void Relay(RelayedTask task)
    {
        task.Owner = this;
        Scheduler.Submit(task);
    }

    /// <summary>Cancels the token of a task, and ends it by force after the grace. It may have ended.</summary>
    internal void RequestEnd(RelayedTask task) => Scheduler.EndByHand(task);

    /// <summary>Ends a task by force. It may have ended.</summary>
    internal void ForceEnd(RelayedTask task) => Scheduler.ForceByHand(task);
}
