using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;

namespace Offloop.WorkerHost.Tasks;

/// <summary>The tasks that wait in this worker, and the turn to read the pipe by which they come. One thread, the task thread, takes them;
/// others add them and take them back. Thread-safe.
/// <para>The task thread reads the pipe itself while it has no task: a task then wakes one thread, and needs no second one to hand it over.
/// When it has been busy for a tick, a follower takes the turn, so a cancellation or a heartbeat waits no longer than that. The follower
/// gives the turn back when it has brought a task that the task thread was waiting for. (The pattern is known as leader/followers:
/// Schmidt et al., Pattern-Oriented Software Architecture 2.)</para></summary>
/// <param name="prepare">Prepares for the tasks of a method. Called by the task thread while there is no task.</param>
internal sealed class RequestQueue(Action<int> prepare) : IDisposable
{
    /// <summary>How long the task thread is busy before the follower reads.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    /// <summary>For how many ticks without a task the follower looks, before it has to be woken.</summary>
    private const int CalmTicks = 8;

    private readonly Queue<RunRequest> _requests = new();
    private readonly Queue<int> _methods = new();
    private readonly object _lock = new();
    private readonly AutoResetEvent _followerWake = new(false);
    private BlockingPipe? _pipe;
    private Thread? _follower;
    private long _busySince; // at first for ever: until the task thread comes for its first task, the follower reads
    private bool _isIdle; // the task thread has no task, and waits or reads
    private bool _isBeingRead; // a thread has the turn
    private bool _hasBrought; // a task has come for an idle task thread since the follower took the turn
    private bool _followerSleeps;
    private bool _completed;
    private bool _disposed;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _requests.Count == 0;
        }
    }

    /// <summary>From now on, the pipe is read here and nowhere else.</summary>
    public void ReadFrom(BlockingPipe pipe)
    {
        lock (_lock)
            _pipe = pipe;
        _follower = new Thread(Follow) { IsBackground = true, Name = "Offloop pipe" };
        _follower.Start();
    }

    public void Add(RunRequest[] requests)
    {
        lock (_lock)
        {
            foreach (RunRequest request in requests)
                _requests.Enqueue(request);
            _hasBrought |= _isIdle && requests.Length == 1;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Tasks of this method may come.</summary>
    public void AddMethod(int method)
    {
        lock (_lock)
        {
            _methods.Enqueue(method);
            _hasBrought |= _isIdle;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>No more tasks will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            _hasBrought |= _isIdle;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Waits until there is a task, or none will come. False if the time is over before that.</summary>
    public bool Wait(TimeSpan timeout)
    {
        long began = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (_requests.Count == 0 && !_completed)
            {
                TimeSpan left = timeout - Stopwatch.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                    return false;
                Monitor.Wait(_lock, left);
            }
            return true;
        }
    }

    /// <summary>Waits for the next task; null if no more will come. Called by the task thread.</summary>
    public RunRequest? Take()
    {
        bool hasWaited = false;
        BlockingPipe? reads = null;
        while (true)
        {
            int method;
            lock (_lock)
            {
                if (reads is not null)
                    _isBeingRead = false;
                while (_requests.Count == 0 && _methods.Count == 0 && !_completed && (_pipe is null || _isBeingRead))
                {
                    _isIdle = hasWaited = true;
                    Monitor.Wait(_lock);
                }
                if (_requests.Count > 0 || _completed)
                {
                    if (hasWaited)
                        InterruptShield.Absorb(); // one that a task before has sent late
                    _ = _requests.TryDequeue(out RunRequest? request);
                    EndIdle_NeedsLock();
                    return request;
                }
                if (_methods.TryDequeue(out method))
                {
                    EndIdle_NeedsLock(); // it may take long
                    (reads, hasWaited) = (null, true);
                }
                else
                {
                    _isIdle = _isBeingRead = true;
                    reads = _pipe;
                }
            }
            if (reads is null)
                prepare(method);
            else if (!reads.TryReadOnce())
                StopReading();
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

    /// <summary>Ends the follower, once it does not read. The pipe is closed by its owner.</summary>
    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _followerWake.Set();
    }

    private void EndIdle_NeedsLock()
    {
        if (!_isIdle)
            return;
        (_isIdle, _busySince) = (false, Stopwatch.GetTimestamp());
        if (!_followerSleeps && (_requests.Count == 0 || _isBeingRead))
            return;
        _followerSleeps = false;
        _followerWake.Set();
    }

    private void Follow()
    {
        int calm = 0;
        while (true)
        {
            BlockingPipe? leads = null;
            TimeSpan pause;
            lock (_lock)
            {
                if (_disposed || _pipe is null)
                    return;
                if (!_isIdle && !_isBeingRead && (_requests.Count > 0 || Stopwatch.GetElapsedTime(_busySince) >= s_tick))
                    (leads, _isBeingRead, _hasBrought) = (_pipe, true, false);
                calm = _isIdle ? calm + 1 : 0;
                _followerSleeps = calm > CalmTicks;
                pause = _followerSleeps ? Timeout.InfiniteTimeSpan : s_tick;
            }
            if (leads is not null)
                Lead(leads);
            else
                _followerWake.WaitOne(pause);
        }
    }

    /// <summary>Reads until the task thread can go on reading by itself.</summary>
    private void Lead(BlockingPipe pipe)
    {
        while (pipe.TryReadOnce())
        {
            lock (_lock)
            {
                if (!_hasBrought)
                    continue;
                _isBeingRead = false;
                Monitor.Pulse(_lock); // the task may have been taken back, and then the task thread has to read
                return;
            }
        }
        StopReading();
    }

    /// <summary>The pipe has ended. The watchdog ends the worker, unless it is leaving already.</summary>
    private void StopReading()
    {
        lock (_lock)
        {
            (_pipe, _isBeingRead) = (null, false);
            Monitor.Pulse(_lock);
        }
    }
}
