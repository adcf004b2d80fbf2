using Offloop.Invocation;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Tasks;

/// <summary>The tasks that wait in this worker. One thread takes them; others add them and take them back. Thread-safe.</summary>
internal sealed class RequestQueue
{
    private readonly Queue<RunRequest> _requests = new();
    private readonly object _lock = new();
    private bool _completed;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _requests.Count == 0;
        }
    }

    public void Add(IEnumerable<RunRequest> requests)
    {
        lock (_lock)
        {
            foreach (RunRequest request in requests)
                _requests.Enqueue(request);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>No more tasks will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Waits until there is a task, or none will come. False if the time is over before that.</summary>
    public bool Wait(TimeSpan timeout)
    {
        lock (_lock)
            return _requests.Count > 0 || _completed || Monitor.Wait(_lock, timeout);
    }

    /// <summary>Waits for the next task; null if no more will come.</summary>
    public RunRequest? Take()
    {
        lock (_lock)
        {
            bool hasWaited = false;
            while (_requests.Count == 0)
            {
                if (_completed)
                    return null;
                Monitor.Wait(_lock);
                hasWaited = true;
            }
            if (hasWaited)
                InterruptShield.Absorb(); // one that a task before has sent late
            return _requests.Dequeue();
        }
    }

    /// <summary>Takes back all tasks that have not been taken.</summary>
    public RunRequest[] TakeBack()
    {
        lock (_lock)
        {
            RunRequest[] requests = [.. _requests];
            _requests.Clear();
            return requests;
        }
    }
}
