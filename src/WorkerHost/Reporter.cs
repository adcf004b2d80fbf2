using System.Diagnostics;
using Offloop.Protocol;

namespace Offloop.WorkerHost;

/// <summary>Says what becomes of tasks. An end is sent by the task thread itself before the next task starts: it is in the pipe then, and a crash of
/// the next task cannot take it along. A thread of its own says that a task has started, for its clock, and gives back what waits
/// behind a task that turns out long.</summary>
internal sealed class Reporter : IDisposable
{
    /// <summary>How long a task may run before what waits behind it goes back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5);

    private readonly object _lock = new();
    private readonly Action<WorkerReport> _send;
    private readonly RequestQueue _waiting;
    private int _unreported;
    private int _running;
    private bool _closed;
    private long _runningSince;

    public Reporter(Action<WorkerReport> send, RequestQueue waiting)
    {
        (_send, _waiting) = (send, waiting);
        new Thread(Watch) { IsBackground = true, Name = "Offloop reporter" }.Start();
    }

    /// <summary>A task starts; <paramref name="report"/> says whether the coordinator has to know.</summary>
    public void Started(int sequence, bool report)
    {
        lock (_lock)
        {
            (_running, _runningSince) = (sequence, Stopwatch.GetTimestamp());
            _unreported = report ? sequence : 0;
            if (report || !_waiting.IsEmpty)
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
        lock (_lock)
            (_running, _unreported) = (0, 0); // a start that was not sent yet is no news any more
        _send(new WorkerReport { Finished = [task] });
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

    private void Watch()
    {
        while (WaitForLongTask())
        {
            int[] sequences = [.. _waiting.TakeBack().Select(request => request.Sequence)];
            if (sequences.Length > 0)
                _send(new WorkerReport { GivenBack = sequences });
        }
    }

    /// <summary>Reports starts until the running task has outlasted the patience of what waits behind it. False when there will be none.</summary>
    private bool WaitForLongTask()
    {
        lock (_lock)
        {
            while (!_closed)
            {
                if (_unreported != 0)
                {
                    // Under the lock, so that it cannot come after the task's end.
                    _send(new WorkerReport { Started = _unreported });
                    _unreported = 0;
                }
                else if (_running == 0 || _waiting.IsEmpty)
                {
                    Monitor.Wait(_lock);
                }
                else if (s_patience - Stopwatch.GetElapsedTime(_runningSince) is { Ticks: > 0 } left)
                {
                    Monitor.Wait(_lock, left);
                }
                else
                {
                    return true;
                }
            }
            return false;
        }
    }
}
