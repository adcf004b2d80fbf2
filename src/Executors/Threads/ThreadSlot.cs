using System.Globalization;
using Offloop.Payloads;
using Offloop.Scheduling;

namespace Offloop.Threads;

/// <summary>One thread that runs one task at a time.</summary>
internal sealed class ThreadSlot : Slot
{
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _lock = new();
    private readonly ThreadCrew _crew;
    private readonly Scheduler _scheduler;
    private readonly PayloadFormat? _roundTrip;
    private readonly int _id;
    private readonly long _started;
    private long _done;
    private WorkItem? _current;
    private TaskContext? _context;
    private State _state;

    public ThreadSlot(ThreadCrew crew, Scheduler scheduler, int id, PayloadFormat? roundTrip)
    {
        (_crew, _scheduler, _id, _roundTrip) = (crew, scheduler, id, roundTrip);
        _started = scheduler.Options.TimeProvider.GetTimestamp();
        // A background thread: a task that never ends must not keep a program alive whose Main has returned.
        new Thread(Loop) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"Offloop worker {id}") }.Start();
    }

    private enum State
    {
        /// <summary>Takes tasks. Next: Closed, Abandoned.</summary>
        Open,

        /// <summary>The thread ends as soon as it is idle.</summary>
        Closed,

        /// <summary>The thread's task was given up; the thread ends when the task does.</summary>
        Abandoned,
    }

    public override void Send(WorkItem item)
    {
        lock (_lock)
        {
            _current = item;
            _context = item.NewContext(_scheduler.Options.Logger, _roundTrip);
        }
        if (item.EndRequest == EndRequest.None || !TryTakeBack(item))
            _wake.Release();
        else
            _scheduler.Lost(this, item, NotStarted(item));
    }

    public override void RequestEnd(WorkItem item) => ContextOf(item)?.Cancel();

    public override void ForceEnd(WorkItem item)
    {
        lock (_lock)
        {
            if (_current != item || _state != State.Open)
                return;
            _state = State.Abandoned;
        }
        _crew.Abandon(this);
        _scheduler.Lost(this, lost => Describe(lost) with { Phase = TaskPhase.Running }, isSuspect: static _ => false);
    }

    public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.TaskException, WorkerId = _id };

    public void Close()
    {
        lock (_lock)
            _state = _state == State.Open ? State.Closed : _state;
        _wake.Release();
    }

    public WorkerSnapshot Snapshot() => new()
    {
        Id = _id,
        ProcessId = null,
        State = Volatile.Read(ref _current) is null ? "idle" : "busy",
        Age = _scheduler.Options.TimeProvider.GetElapsedTime(_started),
        TasksDone = Interlocked.Read(ref _done),
        ResidentBytes = null,
    };

    /// <summary>False where the task's end was forced already: its thread is abandoned, and ends when it has run.</summary>
    private bool TryTakeBack(WorkItem item)
    {
        lock (_lock)
        {
            if (_current != item || _state != State.Open)
                return false;
            (_current, _context) = (null, null);
            return true;
        }
    }

    private TaskContext? ContextOf(WorkItem item)
    {
        lock (_lock)
            return _current == item ? _context : null;
    }

    private void Loop()
    {
        while (true)
        {
            _wake.Wait();
            WorkItem? item;
            TaskContext? context;
            lock (_lock)
                (item, context) = (_current, _context);
            if (item is null)
                return; // closed
            _scheduler.Started(this, item);
            Outcome outcome = item.Run(context!, _roundTrip);
            Interlocked.Increment(ref _done);
            bool abandoned;
            lock (_lock)
            {
                (_current, _context) = (null, null);
                abandoned = _state == State.Abandoned;
            }
            if (abandoned)
            {
                _crew.AbandonedEnded();
                return;
            }
            _scheduler.Finished(this, item, outcome);
        }
    }
}
