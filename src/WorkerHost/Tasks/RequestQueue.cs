using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;

namespace Offloop.WorkerHost.Tasks;

/// <summary>The tasks that wait in this worker, and the turn to read the pipe by which they come. The task threads take them; others add
/// them and take them back. Thread-safe.
/// <para>A task thread reads the pipe itself while it has no task: a task then wakes one thread, and needs no second one to hand it over.
/// When all of them have been busy for a tick, a follower takes the turn, so a cancellation or a heartbeat waits no longer than that. The
/// follower gives the turn back when it has brought a task that a task thread was waiting for. (The pattern is known as leader/followers:
/// Schmidt et al., Pattern-Oriented Software Architecture 2.)</para></summary>
/// <param name="prepare">Prepares for the tasks of a method. Called by a task thread while there is no task.</param>
internal sealed class RequestQueue(Action<int> prepare) : IDisposable
{
    /// <summary>How long the task threads are busy before the follower reads.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    /// <summary>For how many ticks without a task the follower looks, before it has to be woken.</summary>
    private const int CalmTicks = 8;

    private readonly Queue<RunRequest> _requests = new();
    private readonly Queue<int> _methods = new();
    private readonly object _lock = new();
    private readonly AutoResetEvent _followerWake = new(false);
    private BlockingPipe? _pipe;
    private Thread? _follower;
    private RunRequest? _threadInitializer;
    private readonly HashSet<int> _initialized = []; // the task threads that have run it
    private int _uninitialized; // how many have not
    private long _busySince; // at first for ever: until a task thread comes for its first task, the follower reads
    private int _idle; // how many task threads have no task, and wait or read
    private bool _isBeingRead; // a thread has the turn
    private bool _hasBrought; // a task has come for an idle task thread since the follower took the turn
    private bool _followerSleeps;
    private bool _isRecalled;
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

    /// <summary>Adds tasks; false if no task starts any more.</summary>
    public bool TryAdd(RunRequest[] requests)
    {
        lock (_lock)
        {
            if (_isRecalled)
                return false;
            _hasBrought |= _idle >= requests.Length;
            foreach (RunRequest request in requests)
            {
                _requests.Enqueue(request);
                // If the thread that reads takes the task itself, the one that is woken takes the turn to read.
                Monitor.Pulse(_lock);
            }
            return true;
        }
    }

    /// <summary>Lets each of so many task threads run this once before its next task.</summary>
    public void AddForEachThread(RunRequest initializer, int threads)
    {
        lock (_lock)
        {
            (_threadInitializer, _uninitialized) = (initializer, threads);
            _initialized.Clear();
            WakeAll_NeedsLock();
        }
    }

    /// <summary>Tasks of this method may come.</summary>
    public void AddMethod(int method)
    {
        lock (_lock)
        {
            _methods.Enqueue(method);
            _hasBrought |= _idle > 0;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>No more tasks will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            WakeAll_NeedsLock();
        }
    }

    /// <summary>Waits until there is a task, or none will come. False if the time is over before that.</summary>
    public bool Wait(TimeSpan timeout)
    {
        long began = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (!HasTask_NeedsLock && !_completed)
            {
                TimeSpan left = timeout - Stopwatch.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                    return false;
                Monitor.Wait(_lock, left);
            }
            return true;
        }
    }

    /// <summary>Waits for the next task; null if no more will come. Called by the task threads.</summary>
    public RunRequest? Take()
    {
        bool isIdle = false;
        bool hasWaited = false;
        BlockingPipe? reads = null;
        while (true)
        {
            int method;
            lock (_lock)
            {
                if (reads is not null)
                    _isBeingRead = false;
                while (!HasWork_NeedsLock && (_pipe is null || _isBeingRead))
                {
                    BeginIdle_NeedsLock(ref isIdle);
                    hasWaited = true;
                    Monitor.Wait(_lock);
                }
                if (HasTask_NeedsLock || _completed)
                {
                    if (hasWaited)
                        InterruptShield.Absorb(); // one that a task before has sent late
                    RunRequest? request = Dequeue_NeedsLock();
                    EndIdle_NeedsLock(ref isIdle);
                    return request;
                }
                if (_methods.TryDequeue(out method))
                {
                    EndIdle_NeedsLock(ref isIdle); // it may take long
                    (reads, hasWaited) = (null, true);
                }
                else
                {
                    BeginIdle_NeedsLock(ref isIdle);
                    _isBeingRead = true;
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

    /// <summary>Takes back all tasks that have not been taken, and takes no more.</summary>
    public RunRequest[] Recall()
    {
        lock (_lock)
        {
            _isRecalled = true;
            return TakeBack();
        }
    }

    /// <summary>Ends the follower, once it does not read. The pipe is closed by its owner.</summary>
    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _followerWake.Set();
    }

    /// <summary>Whether the calling task thread has a task to run.</summary>
    private bool HasTask_NeedsLock =>
        _requests.Count > 0 || (_uninitialized > 0 && !_initialized.Contains(Environment.CurrentManagedThreadId));

    private bool HasWork_NeedsLock => HasTask_NeedsLock || _completed || _methods.Count > 0;

    private RunRequest? Dequeue_NeedsLock()
    {
        if (_uninitialized > 0 && _initialized.Add(Environment.CurrentManagedThreadId))
        {
            _uninitialized--;
            return _threadInitializer;
        }
        return _requests.TryDequeue(out RunRequest? request) ? request : null;
    }

    private void WakeAll_NeedsLock()
    {
        _hasBrought |= _idle > 0;
        Monitor.PulseAll(_lock);
    }

    private void BeginIdle_NeedsLock(ref bool isIdle)
    {
        _idle += isIdle ? 0 : 1;
        isIdle = true;
    }

    private void EndIdle_NeedsLock(ref bool isIdle)
    {
        if (!isIdle)
            return;
        isIdle = false;
        if (--_idle > 0)
            return;
        _busySince = Stopwatch.GetTimestamp();
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
                if (_idle == 0 && !_isBeingRead && (_requests.Count > 0 || Stopwatch.GetElapsedTime(_busySince) >= s_tick))
                    (leads, _isBeingRead, _hasBrought) = (_pipe, true, false);
                calm = _idle > 0 ? calm + 1 : 0;
                _followerSleeps = calm > CalmTicks;
                pause = _followerSleeps ? Timeout.InfiniteTimeSpan : s_tick;
            }
            if (leads is not null)
                Lead(leads);
            else
                _followerWake.WaitOne(pause);
        }
    }

    /// <summary>Reads until a task thread can go on reading by itself.</summary>
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
            Monitor.PulseAll(_lock);
        }
    }
}
