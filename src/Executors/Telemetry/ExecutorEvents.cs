using System.Collections.Concurrent;

namespace Offloop.Telemetry;

/// <summary>Hears what happens in an executor: the log, metrics, traces, health and a dashboard are such listeners.</summary>
internal abstract class ExecutorListener
{
    /// <summary>Whether it hears of tasks too, and not only of workers and of the executor. An event about a task is made only if somebody
    /// does. It may change at any time; it is asked as a task is submitted.</summary>
    public virtual bool HearsTasks => false;

    /// <summary>Whether <see cref="HearsTasks"/> may ever be true.</summary>
    public virtual bool MayHearTasks => HearsTasks;

    /// <summary>Whether it hears of runs that failed (<see cref="TaskFailed"/>), whatever it hears of other tasks. Constant.</summary>
    public virtual bool HearsFailures => false;

    /// <summary>The longest argument, in bytes, that it wants to have of a run that failed, as it was then; 0 for none. The caller may
    /// change the argument once the task is done. Called under a lock, so it only looks at the facts.</summary>
    public virtual long LongestArgument(TaskFailed failed) => 0;

    /// <summary>Called outside every lock, by one thread at a time, in the order of <see cref="ExecutorEvents"/>. It returns soon, because
    /// other events wait behind it. It may use the executor. An exception that it throws is dropped.</summary>
    public abstract void Hear(ExecutorEvent happened);
}

/// <summary>Tells the listeners of one executor what happens, one event after the other. The order is that in which the events were noted.
/// Thread-safe.
/// <para>Whoever decides something under a lock notes its event under that lock, and delivers after it. If another thread is delivering
/// already, that thread delivers the new events too: nobody waits for a listener, so a listener cannot lock up the executor, but an event
/// may be heard a moment after the method that delivers it has returned.</para></summary>
internal sealed class ExecutorEvents
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<ExecutorEvent> _noted = new();
    private int _isDelivering;
    private volatile ExecutorListener[] _listeners = [];
    private volatile ExecutorListener[] _mayHearTasks = [];

    public ExecutorEvents(params ExecutorListener[] listeners) => Set(listeners);

    /// <summary>Whether somebody hears of tasks. The answer may change at any time.</summary>
    public bool HearsTasks
    {
        get
        {
            foreach (ExecutorListener listener in _mayHearTasks)
            {
                if (listener.HearsTasks)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether somebody hears of runs that failed.</summary>
    public bool HearsFailures { get; private set; }

    /// <summary>The longest argument that anybody wants to have of a run that failed; 0 for none.</summary>
    public long LongestArgument(TaskFailed failed)
    {
        long longest = 0;
        foreach (ExecutorListener listener in _listeners)
            longest = Math.Max(longest, listener.LongestArgument(failed));
        return longest;
    }

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

    /// <summary>Notes and delivers an event that was not decided under a lock.</summary>
    public void Tell(ExecutorEvent happened)
    {
        Note(happened);
        Deliver();
    }

    /// <summary>Gives an event its place in the order. It calls nobody, so it may be called under a lock.</summary>
    public void Note(ExecutorEvent happened) => _noted.Enqueue(happened);

    /// <summary>Sees to it that all noted events are heard. Called outside every lock.</summary>
    public void Deliver()
    {
        // Whoever notes an event while the flag is set leaves it to this thread, so the queue is looked at again once the flag is cleared.
        while (!_noted.IsEmpty && Interlocked.Exchange(ref _isDelivering, 1) == 0)
        {
            while (_noted.TryDequeue(out ExecutorEvent? happened))
                Deliver(happened);
            Interlocked.Exchange(ref _isDelivering, 0);
        }
    }

    private void Deliver(ExecutorEvent happened)
    {
        foreach (ExecutorListener listener in _listeners)
        {
            if (happened is TaskFailed ? !listener.HearsFailures : happened is TaskEvent && !listener.HearsTasks)
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
        HearsFailures = Array.Exists(listeners, static listener => listener.HearsFailures);
        _mayHearTasks = Array.FindAll(listeners, static listener => listener.MayHearTasks);
    }
}
