using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Tasks;

/// <summary>Reports what becomes of tasks. It gathers the ends of short tasks while more tasks wait. Each end is noted in the journal
/// before the next task starts, so that a crash of that task cannot take it along. A separate thread reports starts, whose clocks run from
/// then; sends ends that a longer task would keep waiting; and gives back the tasks behind one that turns out long.</summary>
internal sealed class Reporter : IDisposable
{
    /// <summary>The most ends that travel together. They are few, so that new tasks come while others still wait here.</summary>
    private const int MaxGathered = 32;

    /// <summary>About how long an end may wait for others.</summary>
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a task may run before the tasks behind it go back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5);

    private readonly object _lock = new();
    private readonly Lock _sending = new(); // not _lock: the thread that reads the pipe takes that, and must not wait for a write
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

    /// <param name="send">Sends a report; completes when it is written.</param>
    /// <param name="waiting">The tasks that have not started.</param>
    /// <param name="journal">Keeps the ends that have not been sent.</param>
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

    /// <summary>Tasks were added, which may wait behind one that runs.</summary>
    public void Added()
    {
        lock (_lock)
            Wake();
    }

    public void Finished(FinishedTask task)
    {
        lock (_lock)
            (_running, _unreported) = (0, 0); // a start that was not sent yet is not news any more
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

    /// <summary>Ends the thread and waits for it, so that the journal may be unmapped. A report that is being
    /// sent must be able to end or fail.</summary>
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
        // Blocking, so that ends do not pile up if the coordinator does not read.
        InterruptShield.Wait(_send(WorkerReport.Of(_ended)));
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

    /// <summary>Reports starts until there may be something else to do. Returns true if the running task has outlasted the patience of the
    /// tasks behind it, and null if nothing more will come.</summary>
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
                // While there is something to watch, this looks each millisecond and nobody has to wake it.
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
