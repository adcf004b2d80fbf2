using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Tasks;

/// <summary>Says what becomes of tasks. The ends of short tasks are gathered while more tasks wait; each is noted in the journal before the
/// next task starts, so that a crash of that one cannot take it along. A thread of its own says that a task has started, for its clock,
/// sends ends that a longer task would keep waiting, and gives back what waits behind a task that turns out long.</summary>
internal sealed class Reporter : IDisposable
{
    /// <summary>How many ends travel together at most: few, so that new tasks come while others still wait here.</summary>
    private const int MaxGathered = 32;

    /// <summary>How long an end may wait for others, about.</summary>
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a task may run before what waits behind it goes back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5);

    private readonly object _lock = new();
    private readonly Lock _sending = new(); // apart: the thread that reads the pipe takes the other one, and must not wait for a write
    private readonly Func<WorkerReport, Task> _send;
    private readonly RequestQueue _waiting;
    private readonly EndJournal _journal;
    private readonly Thread _watcher;
    private readonly List<FinishedTask> _ended = [];
    private long _endedSince;
    private volatile bool _hasEnded;
    private int _unreported;
    private int _running;
    private bool _closed;
    private bool _isAsleep;
    private long _runningSince;

    /// <param name="send">Sends a report; done when it is written.</param>
    /// <param name="waiting">The tasks that have not started.</param>
    /// <param name="journal">Keeps the ends that are not sent.</param>
    public Reporter(Func<WorkerReport, Task> send, RequestQueue waiting, EndJournal journal)
    {
        (_send, _waiting, _journal) = (send, waiting, journal);
        _watcher = new Thread(Watch) { IsBackground = true, Name = "Offloop reporter" };
        _watcher.Start();
    }

    /// <summary>A task starts; <paramref name="report"/> says whether the coordinator has to know.</summary>
    public void Started(int sequence, bool report)
    {
        lock (_lock)
        {
            (_running, _runningSince) = (sequence, Stopwatch.GetTimestamp());
            _unreported = report ? sequence : 0;
            Wake();
        }
    }

    /// <summary>Tasks were added; they may wait behind one that runs.</summary>
    public void Added()
    {
        lock (_lock)
            Wake();
    }

    public void Finished(FinishedTask task)
    {
        lock (_lock)
            (_running, _unreported) = (0, 0); // a start that was not sent yet is no news any more
        lock (_sending)
        {
            if (_ended.Count == 0)
                _endedSince = Stopwatch.GetTimestamp();
            _ended.Add(task);
            _hasEnded = true;
            if (_waiting.IsEmpty || _ended.Count == MaxGathered || IsDue() || !_journal.TryAdd(task))
            {
                SendEnded();
                return;
            }
        }
        lock (_lock)
            Wake(); // the next task may wait for its argument before it starts
    }

    /// <summary>Ends the thread, and waits for that: the journal may be unmapped then. What is being sent must be able to end, or to
    /// fail.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.Pulse(_lock);
        }
        _watcher.Join();
    }

    private bool IsDue() => Stopwatch.GetElapsedTime(_endedSince) >= s_gathering;

    private void SendEnded()
    {
        // So that ends do not pile up where the coordinator does not read.
        InterruptShield.Wait(_send(new WorkerReport { Finished = [.. _ended] }));
        _ended.Clear();
        _hasEnded = false;
        _journal.Clear();
    }

    private void Wake()
    {
        if (_isAsleep && HasWork())
            Monitor.Pulse(_lock);
    }

    private bool HasWork() => _unreported != 0 || _hasEnded || (_running != 0 && !_waiting.IsEmpty);

    private void Watch()
    {
        while (WaitForWork() is { } isLong)
        {
            lock (_sending)
            {
                if (_hasEnded && IsDue())
                    SendEnded();
            }
            if (!isLong)
                continue;
            int[] sequences = [.. _waiting.TakeBack().Select(request => request.Sequence)];
            if (sequences.Length > 0)
                _ = _send(new WorkerReport { GivenBack = sequences });
        }
    }

    /// <summary>Reports starts until there may be something else to do: true where the running task has outlasted the patience of what
    /// waits behind it. Null when there will be nothing any more.</summary>
    private bool? WaitForWork()
    {
        lock (_lock)
        {
            while (!_closed)
            {
                if (_unreported != 0)
                {
                    // Under the lock, so that it cannot come after the task's end.
                    _ = _send(new WorkerReport { Started = _unreported });
                    _unreported = 0;
                }
                // While there is something to watch it looks each millisecond, and nobody has to wake it.
                _isAsleep = !HasWork();
                Monitor.Wait(_lock, _isAsleep ? Timeout.InfiniteTimeSpan : s_gathering);
                _isAsleep = false;
                bool isLong = _running != 0 && !_waiting.IsEmpty && Stopwatch.GetElapsedTime(_runningSince) >= s_patience;
                if (isLong || _hasEnded)
                    return isLong;
            }
            return null;
        }
    }
}
