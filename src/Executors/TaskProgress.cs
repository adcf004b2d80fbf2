using Offloop.Invocation;
using Offloop.Reporting;
using Offloop.Scheduling;

namespace Offloop;

/// <summary>Who gets what a task reports with <see cref="TaskContext.Report"/>; see <see cref="SubmitOptions.Progress"/>. Immutable; one may
/// serve many tasks, and is then called by several of them at the same time.
/// <para>The receiver is called on a pool thread, with the values of one task in their order and one at a time, while the task runs: the last
/// call has returned before the task is done for its caller, so a receiver that blocks holds up the result. While it is busy only the
/// latest value is kept for it. An exception of the receiver is logged and changes nothing for the task.</para></summary>
public abstract class TaskProgress
{
    private protected TaskProgress()
    {
    }

    /// <summary>Gives values of the type <typeparamref name="T"/> to <see cref="IProgress{T}.Report"/>. A <see cref="Progress{T}"/> passes them on to the
    /// context that it was made in, and so perhaps after the task is done.</summary>
    /// <typeparam name="T">The type that the task reports. The rules for results hold for it too.</typeparam>
    public static TaskProgress Create<T>(IProgress<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new TaskProgress<T>(receiver.Report);
    }

    /// <summary>Gives values of the type <typeparamref name="T"/> to a method.</summary>
    /// <typeparam name="T">The type that the task reports. The rules for results hold for it too.</typeparam>
    public static TaskProgress Create<T>(Action<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new TaskProgress<T>(receiver);
    }

    /// <summary>Throws when values of the type cannot travel whole.</summary>
    internal abstract void Require(PayloadFormat format);

    /// <summary>The way of one task's values to the receiver.</summary>
    internal abstract ProgressDelivery Open(SchedulerOptions executor, long taskId);
}

/// <inheritdoc/>
internal sealed class TaskProgress<T>(Action<T> receiver) : TaskProgress
{
    internal override void Require(PayloadFormat format) => format.Require(typeof(T), "progress", "options");

    internal override ProgressDelivery Open(SchedulerOptions executor, long taskId) => new ProgressDelivery<T>(receiver, executor, taskId);
}
