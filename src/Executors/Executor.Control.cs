using Offloop.Telemetry;

namespace Offloop;

/// <content>What a person may do to an executor while it works.</content>
public abstract partial class Executor : IExecutorControl
{
    bool IExecutorControl.CanRecycle => CanRecycle;

    Task IExecutorControl.RecycleAsync(int workerId) => RecycleWorkerAsync(workerId);

    bool IExecutorControl.TryEndTask(long taskId)
    {
        if (Scheduler.FindAssigned(taskId) is not { } item)
            return false;
        Scheduler.EndByHand(item);
        return true;
    }

    Task IExecutorControl.DrainAsync() => ShutdownAsync();

    /// <summary>Whether its workers can be replaced.</summary>
    private protected virtual bool CanRecycle => false;

    /// <inheritdoc cref="IExecutorControl.RecycleAsync"/>
    private protected virtual Task RecycleWorkerAsync(int workerId) =>
        throw new InvalidOperationException("Only the workers of a process pool can be replaced.");
}
