using Offloop.Scheduling;

namespace Offloop.Tasks;

/// <summary>A slot that runs methods. The scheduler sees only a <see cref="WorkItem"/>; every slot of this library gets a
/// <see cref="TaskItem"/>.</summary>
internal abstract class TaskSlot : Slot
{
    public sealed override void Send(Assignment assignment) => Send((TaskItem)assignment.Item, assignment);

    public sealed override void RequestEnd(WorkItem item) => RequestEnd((TaskItem)item);

    public sealed override void ForceEnd(WorkItem item) => ForceEnd((TaskItem)item);

    /// <inheritdoc cref="Slot.Send"/>
    protected abstract void Send(TaskItem item, Assignment assignment);

    /// <inheritdoc cref="Slot.RequestEnd"/>
    protected abstract void RequestEnd(TaskItem item);

    /// <inheritdoc cref="Slot.ForceEnd"/>
    protected abstract void ForceEnd(TaskItem item);
}
