using System.Diagnostics;
using Offloop.Invocation;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Tasks;

/// <summary>Reports what becomes of tasks. It gathers the ends of short tasks while more tasks wait. Each end is noted in the journal
/// before the next task starts, so that a crash of that task cannot take it along. A separate thread reports starts, whose clocks run from
/// then; sends ends that a longer task would keep waiting; and gives back the tasks behind those that turn out long.</summary>
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
    private readonly List<int> _unreported = [];
    private readonly int _threads;
    private long _endedSince;
    private volatile bool _hasEnded;
    private int _running;
    private bool _closed;
    private bool _isAsleep;
    private long _lastStart;

    /// <param name="send">Sends a report; completes when it is written.</param>
    /// <param name="waiting">The tasks that have not started.</param>
    /// <param name="journal">Keeps the ends that have not been sent.</param>
    /// <param name="threads">How many tasks run at once.</param>
    public Reporter(Func<WorkerReport, Task> send, RequestQueue waiting, EndJournal journal, int threads = 1)
    {
        (_send, _waiting, _journal, _threads) = (send, waiting, journal, threads);
        _watcher = new Thread(Watch) { IsBackground = true, Name = "Offloop reporter" };
        _watcher.Start();
    }

    /// <summary>A task starts; <paramref name="report"/> says whether the coordinator has to know.</summary>
    public void Started(int sequence, bool report)
    {
        lock (_lock)
        {
            _running++;
            _lastStart = Stopwatch.GetTimestamp();
            if (report)
                _unreported.Add(sequence);
            Wake();
        }
    }

    /// <summary>Tasks were added, which may wait behind one that runs.</summary>
    public void Added()
    {
        lock (_lock)
            Wake();
    }

    /// <summary>A task has ended.</summary>
    /// <param name="task">Its end.</param>
    /// <param name="hadStarted">Whether <see cref="Started"/> was called for it.</param>
    /// <param name="isSaid">Whether its end is reported; if not, it is said elsewhere.</param>
    public void Finished(FinishedTask task, bool hadStarted, bool isSaid)
    {
        if (hadStarted)
            End(task.Sequence);
        if (!isSaid)
            return;
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

    /// <summary>Gives tasks back that have not started and will not.</summary>
    public void GiveBack(RunRequest[] requests)
    {
        if (requests.Length > 0)
            _ = _send(new WorkerReport { GivenBack = [.. requests.Select(static request => request.Sequence)] });
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

    private void End(int sequence)
    {
        lock (_lock)
        {
            _running--;
            _unreported.Remove(sequence); // a start that was not sent yet is not news any more
        }
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

    /// <summary>Whether no thread is free for the tasks that wait.</summary>
    private bool AllAreBusy => _running == _threads;

    private bool HasWork() => _unreported.Count > 0 || _hasEnded || (AllAreBusy && !_waiting.IsEmpty);

    private void Watch()
    {
        while (WaitForWork() is { } isLong)
        {
            lock (_sending)
            {
                if (_hasEnded && IsDue())
                    SendEnded();
            }
            if (isLong)
                GiveBack(_waiting.TakeBack());
        }
    }

    /// <summary>Reports starts until there may be something else to do. Returns true if the running tasks have outlasted the patience of
    /// those behind them, and null if nothing more will come.</summary>
    private bool? WaitForWork()
    {
        lock (_lock)
        {
            while (!_closed)
            {
                // Under the lock, so that none can come after its task's end.
                foreach (int started in _unreported)
                    _ = _send(new WorkerReport { Started = started });
                _unreported.Clear();
                // While there is something to watch, this looks each millisecond and nobody has to wake it.
                _isAsleep = !HasWork();
                Monitor.Wait(_lock, _isAsleep ? Timeout.InfiniteTimeSpan : s_gathering);
                _isAsleep = false;
                // While all threads are busy, the task that started last is one of those that run.
                bool isLong = AllAreBusy && !_waiting.IsEmpty && Stopwatch.GetElapsedTime(_lastStart) >= s_patience;
                if (isLong || _hasEnded)
                    return isLong;
            }
            return null;
        }
    }
}
