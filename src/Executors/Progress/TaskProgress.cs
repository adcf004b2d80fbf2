using Microsoft.Extensions.Logging;
using Offloop.Payloads;
using Offloop.Progress;

namespace Offloop;

/// <summary>Receives the values that a task reports with <see cref="TaskContext.Report"/>; see <see cref="SubmitOptions.Progress"/>.
/// Immutable. One instance may serve many tasks, which may then call the receiver concurrently.
/// <para>The receiver is called on a pool thread with the values of one task, in order and one at a time. The last call returns before the
/// caller sees the result, so a receiver that blocks delays the result. While the receiver is busy, only the latest value is kept for it.
/// If the receiver throws, the exception is logged and the task goes on.</para></summary>
public abstract class TaskProgress
{
    private protected TaskProgress()
    {
    }

    /// <summary>Passes values of type <typeparamref name="T"/> to <see cref="IProgress{T}.Report"/>. A <see cref="Progress{T}"/> posts them
    /// to the context in which it was made, so they may arrive after the task is done.</summary>
    /// <typeparam name="T">The type that the task reports. The rules for results apply to it too.</typeparam>
    public static TaskProgress Create<T>(IProgress<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new TaskProgress<T>(receiver.Report);
    }

    /// <summary>Passes values of type <typeparamref name="T"/> to a method.</summary>
    /// <typeparam name="T">The type that the task reports. The rules for results apply to it too.</typeparam>
    public static TaskProgress Create<T>(Action<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new TaskProgress<T>(receiver);
    }

    /// <summary>Throws <see cref="ArgumentException"/> if values of the type would lose data.</summary>
    internal abstract void Require(PayloadFormat format);

    /// <summary>Opens the delivery of one task's values.</summary>
    internal abstract ProgressDelivery Open(PayloadFormat format, ILogger logger, long taskId);
}

/// <inheritdoc/>
internal sealed class TaskProgress<T>(Action<T> receiver) : TaskProgress
{
    internal override void Require(PayloadFormat format) => format.Require(typeof(T), "progress", "options");

    internal override ProgressDelivery Open(PayloadFormat format, ILogger logger, long taskId) =>
        new ProgressDelivery<T>(receiver, format, logger, taskId);
}
