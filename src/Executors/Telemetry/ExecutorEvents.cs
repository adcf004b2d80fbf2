namespace Offloop.Telemetry;

/// <summary>Hears what happens in an executor: the log, metrics, traces, health and a dashboard are such listeners.</summary>
internal abstract class ExecutorListener
{
    /// <summary>Whether it hears of tasks too, and not only of workers and of the executor. An event about a task is made only if somebody
    /// does.</summary>
    public virtual bool HearsTasks => false;

    /// <summary>Called on the thread on which it happened, outside every lock, by several threads at a time. It returns soon; what it
    /// throws is dropped.</summary>
    public abstract void Hear(ExecutorEvent happened);
}

/// <summary>Tells the listeners of one executor what happens. Thread-safe.</summary>
internal sealed class ExecutorEvents
{
    private readonly Lock _lock = new();
    private volatile ExecutorListener[] _listeners;
    private volatile bool _hearsTasks;

    public ExecutorEvents(params ExecutorListener[] listeners)
    {
        _listeners = listeners;
        _hearsTasks = Array.Exists(listeners, static listener => listener.HearsTasks);
    }

    /// <summary>Whether an event about a task has to be made. Whoever tells one asks this first.</summary>
    public bool HearsTasks => _hearsTasks;

    /// <summary>Adds a listener, which hears everything from now on.</summary>
    public void Listen(ExecutorListener listener)
    {
        lock (_lock)
            Set([.. _listeners, listener]);
    }

    /// <summary>Removes a listener; an event may be on its way to it still.</summary>
    public void Forget(ExecutorListener listener)
    {
        lock (_lock)
            Set([.. _listeners.Where(other => other != listener)]);
    }

    public void Tell(ExecutorEvent happened)
    {
        foreach (ExecutorListener listener in _listeners)
        {
            if (happened is TaskEvent && !listener.HearsTasks)
                continue;
            try
            {
                listener.Hear(happened);
            }
            catch (Exception) // a listener may call the application's logger, which may throw anything; a worker must not suffer for that
            {
            }
        }
    }

    private void Set(ExecutorListener[] listeners)
    {
        _listeners = listeners;
        _hearsTasks = Array.Exists(listeners, static listener => listener.HearsTasks);
    }
}
