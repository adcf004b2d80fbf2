using System.Diagnostics;
using Offloop.Protocol;

namespace Offloop.WorkerHost;

/// <summary>Sends what has become of tasks. While there is more to run, results gather and a thread of its own sends them together, so that the
/// task thread never waits for the pipe; the last result is sent by the task thread itself, which has nothing better to do. The same thread
/// gives back what waits behind a task that turns out long.</summary>
internal sealed class Reporter : IDisposable
{
    /// <summary>How long a task may run before what waits behind it goes back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5);

    /// <summary>How many ends one message holds, so that its size is bounded.</summary>
    private const int MaxAtOnce = 64;

    private readonly object _lock = new();
    private readonly Action<WorkerReport> _send;
    private readonly RequestQueue _waiting;
    private readonly List<FinishedTask> _finished = [];
    private bool _sending;
    private bool _parked;
    private bool _closed;
    private int _started;
    private int _running;
    private long _runningSince;

    public Reporter(Action<WorkerReport> send, RequestQueue waiting)
    {
        (_send, _waiting) = (send, waiting);
        new Thread(Loop) { IsBackground = true, Name = "Offloop reporter" }.Start();
    }

    /// <summary>A task starts; <paramref name="report"/> says whether the coordinator has to know.</summary>
    public void Started(int sequence, bool report)
    {
        lock (_lock)
        {
            (_running, _runningSince) = (sequence, Stopwatch.GetTimestamp());
            _started = report ? sequence : 0;
            // What waits behind this task was added before it started, when there was nothing to watch yet.
            if (report || (_parked && !_waiting.IsEmpty))
                Monitor.Pulse(_lock);
        }
    }

    /// <summary>Tasks were added; they may wait behind one that runs.</summary>
    public void Added()
    {
        lock (_lock)
        {
            if (_running != 0)
                Monitor.Pulse(_lock);
        }
    }

    public void Finished(FinishedTask task)
    {
        bool isLast = _waiting.IsEmpty;
        lock (_lock)
        {
            _finished.Add(task);
            (_running, _started) = (0, 0); // a start that was not sent yet is no news any more
            if (!isLast || _sending)
            {
                Monitor.Pulse(_lock);
                return;
            }
        }
        SendGathered();
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Sends everything that has gathered, on the calling thread.</summary>
    private void SendGathered()
    {
        WorkerReport report;
        lock (_lock)
        {
            if (_sending || (_finished.Count == 0 && _started == 0))
                return;
            int count = Math.Min(_finished.Count, MaxAtOnce);
            report = new WorkerReport { Finished = [.. _finished[..count]], Started = _started };
            _finished.RemoveRange(0, count);
            _started = 0;
            _sending = true;
        }
        _send(report);
        lock (_lock)
        {
            _sending = false;
            if (_finished.Count > 0 || _started != 0)
                Monitor.Pulse(_lock);
        }
    }

    private void Loop()
    {
        while (!_closed)
        {
            if (WaitForWork())
                SendGathered();
            else
                GiveBack();
        }
    }

    /// <summary>True when there is something to send, false when the running task has outlasted the patience of what waits behind it.</summary>
    private bool WaitForWork()
    {
        lock (_lock)
        {
            while (!_closed && (_sending || (_finished.Count == 0 && _started == 0)))
            {
                if (_running == 0 || _waiting.IsEmpty)
                {
                    _parked = true;
                    Monitor.Wait(_lock);
                    _parked = false;
                    continue;
                }
                TimeSpan left = s_patience - Stopwatch.GetElapsedTime(_runningSince);
                if (left <= TimeSpan.Zero)
                    return false;
                Monitor.Wait(_lock, left);
            }
            return true;
        }
    }

    private void GiveBack()
    {
        int[] sequences = [.. _waiting.TakeBack().Select(request => request.Sequence)];
        if (sequences.Length > 0)
            _send(new WorkerReport { GivenBack = sequences });
    }
}
