namespace Offloop.Scheduling;

/// <summary>The facts that a lost slot leaves about its tasks.</summary>
internal sealed class SlotLoss
{
    /// <summary>The facts about a task that <see cref="Tasks"/> does not name: as a rule, one that had not reached the slot yet.</summary>
    public required TaskFailure Otherwise { get; init; }

    /// <summary>The facts about tasks that had reached the slot.</summary>
    public IReadOnlyDictionary<WorkItem, TaskLoss> Tasks { get; init; } = new Dictionary<WorkItem, TaskLoss>();

    /// <summary>Tasks whose end is here and is being read; it will be reported by itself.</summary>
    public IReadOnlySet<WorkItem> Ending { get; init; } = new HashSet<WorkItem>();

    public TaskLoss Of(WorkItem item) => Tasks.TryGetValue(item, out TaskLoss known) ? known : new TaskLoss(Otherwise, IsSuspect: false);
}

/// <summary>The facts about one task of a lost slot.</summary>
/// <param name="Facts">What happened, and how far the task had come.</param>
/// <param name="IsSuspect">Whether the slot may be gone because of this task although the task had not started.</param>
internal readonly record struct TaskLoss(TaskFailure Facts, bool IsSuspect);
