using Microsoft.Extensions.Logging;
using Offloop.Telemetry;

namespace Offloop;

/// <content>How an application hears that the state has changed.</content>
public abstract partial class Executor
{
    /// <summary>Raised after the executor has entered another state, and once more if a <see cref="ExecutorState.Degraded"/> pool begins to
    /// fail its tasks. Handlers are called on a thread of the shared pool, one change after the other, without the surroundings of whoever
    /// caused the change. An exception that a handler throws is logged and keeps nothing from going on.</summary>
    public event EventHandler<ExecutorStateChangedEventArgs>? StateChanged;

    /// <summary>Raises <see cref="StateChanged"/>. The rest of a pool must not keep its executor from being collected, so this does not
    /// either, and the handlers stay with the executor.</summary>
    private sealed class StateAnnouncer(Executor executor, ILogger logger) : ExecutorListener
    {
        private readonly WeakReference<Executor> _executor = new(executor);
        private readonly Lock _lock = new();
        private readonly Queue<ExecutorStateChangedEventArgs> _changes = [];
        private bool _isRaising;

        public override void Hear(ExecutorEvent happened)
        {
            if (happened is not ExecutorStateChanged change)
                return;
            lock (_lock)
            {
                _changes.Enqueue(new ExecutorStateChangedEventArgs(change.State, change.Reason));
                if (_isRaising)
                    return;
                _isRaising = true;
            }
            ThreadPool.UnsafeQueueUserWorkItem(static announcer => announcer.RaiseAll(), this, preferLocal: false);
        }

        private void RaiseAll()
        {
            while (true)
            {
                ExecutorStateChangedEventArgs? change;
                lock (_lock)
                {
                    if (!_changes.TryDequeue(out change))
                    {
                        _isRaising = false;
                        return;
                    }
                }
                Raise(change);
            }
        }

        private void Raise(ExecutorStateChangedEventArgs change)
        {
            if (!_executor.TryGetTarget(out Executor? sender) || sender.StateChanged is not { } handlers)
                return;
            foreach (EventHandler<ExecutorStateChangedEventArgs> handler in Delegate.EnumerateInvocationList(handlers))
            {
                try
                {
                    handler(sender, change);
                }
                catch (Exception error) // a handler is the application's and may throw anything
                {
                    TryLog(error);
                }
            }
        }

        private void TryLog(Exception thrown)
        {
            try
            {
                logger.StateHandlerFailed(thrown);
            }
            catch (Exception) // so is the logger
            {
            }
        }
    }
}

/// <summary>The state that an <see cref="Executor"/> has entered.</summary>
/// <param name="state">The state.</param>
/// <param name="reason">Why it is degraded or broken; null for any other state.</param>
public sealed class ExecutorStateChangedEventArgs(ExecutorState state, string? reason) : EventArgs
{
    /// <summary>The state.</summary>
    public ExecutorState State { get; } = state;

    /// <summary>Why the executor is <see cref="ExecutorState.Degraded"/> or <see cref="ExecutorState.Broken"/>; null for any other
    /// state.</summary>
    public string? Reason { get; } = reason;
}
