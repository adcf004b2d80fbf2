using System.Globalization;
using System.Runtime.CompilerServices;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Threads;

/// <summary>One thread that runs one task at a time.</summary>
internal sealed class ThreadSlot : TaskSlot
{
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _lock = new();
    private readonly ThreadCrew _crew;
    private readonly Scheduler _scheduler;
    private readonly PayloadFormat? _roundTrip;
    private readonly long _started;
    private readonly Thread _thread;
    private long _done;
    private TaskItem? _current;
    private LocalRun _run;
    private State _state;

    /// <summary>Makes a slot whose thread does nothing before <see cref="Begin"/>.</summary>
    /// <param name="crew">The crew that it belongs to.</param>
    /// <param name="scheduler">The scheduler of the tasks.</param>
    /// <param name="id">The number of the worker.</param>
    /// <param name="roundTrip">The format through which payloads go; null passes references.</param>
    /// <param name="start">Its start, if it has an initializer to run; null for a thread that is ready at once.</param>
    public ThreadSlot(ThreadCrew crew, Scheduler scheduler, int id, PayloadFormat? roundTrip, ThreadStart? start)
    {
        (_crew, _scheduler, _roundTrip, Start) = (crew, scheduler, roundTrip, start);
        _state = start is null ? State.Open : State.Starting;
        Facts = new SlotFacts { WorkerId = id };
        _started = scheduler.Options.TimeProvider.GetTimestamp();
        // A background thread: a task that never ends must not keep a program alive whose Main has returned.
        _thread = new Thread(Loop) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"Offloop worker {id}") };
    }

    private enum State
    {
        /// <summary>Runs its initializer. Next: Open, Closed.</summary>
        Starting,

        /// <summary>Takes tasks. Next: Closed, Abandoned.</summary>
        Open,

        /// <summary>The thread ends as soon as it is idle.</summary>
        Closed,

        /// <summary>The thread's task was given up; the thread ends when the task does.</summary>
        Abandoned,
    }

    public override SlotFacts Facts { get; }

    /// <summary>Its start, if it has an initializer to run.</summary>
    public ThreadStart? Start { get; }

    /// <summary>Whether its initializer has returned, or it has none.</summary>
    public bool IsReady
    {
        get
        {
            lock (_lock)
                return _state != State.Starting;
        }
    }

    /// <summary>Starts the thread.</summary>
    public void Begin() => _thread.UnsafeStart();

    /// <summary>Takes tasks from now on, because the initializer has returned.</summary>
    public void BecomeReady()
    {
        lock (_lock)
        {
            if (_state != State.Starting)
                return; // closed
            _state = State.Open;
        }
        _scheduler.Open(this);
    }

    protected override void Send(TaskItem item, Assignment assignment)
    {
        LocalRun run = item.NewRun(assignment.Attempt, _scheduler.Options, _roundTrip, Facts);
        lock (_lock)
            (_current, _run) = (item, run);
        if (item.EndRequest == EndRequest.None || !TryTakeBack(item))
            _wake.Release();
        else
            _scheduler.GivenUp(this, item, run.Facts with { Phase = TaskPhase.NotStarted });
    }

    protected override void RequestEnd(TaskItem item)
    {
        TaskContext? context;
        lock (_lock)
            context = _current == item ? _run.Context : null;
        context?.Cancel();
    }

    protected override void ForceEnd(TaskItem item)
    {
        TaskFailure facts;
        lock (_lock)
        {
            if (_current != item || _state != State.Open)
                return;
            _state = State.Abandoned;
            facts = _run.Facts;
        }
        _crew.Abandon(this);
        _scheduler.Lost(this, new SlotLoss { Otherwise = facts });
    }

    public void Close()
    {
        lock (_lock)
            _state = _state is State.Starting or State.Open ? State.Closed : _state;
        _wake.Release();
    }

    public SlotReport Report() =>
        new(
            this,
            IsReady ? WorkerState.Idle : WorkerState.Starting,
            _scheduler.Options.TimeProvider.GetElapsedTime(_started),
            Interlocked.Read(ref _done),
            ResidentBytes: null);

    /// <summary>False if the task's end was forced already: its thread is abandoned, and ends when it has run.</summary>
    private bool TryTakeBack(TaskItem item)
    {
        lock (_lock)
        {
            if (_current != item || _state != State.Open)
                return false;
            (_current, _run) = (null, default);
            return true;
        }
    }

    private void Loop()
    {
        using InterruptShield.Scope shield = InterruptShield.Raise();
        if (!_crew.TryStart(this))
            return;
        do
        {
            InterruptShield.Wait(_wake);
        }
        while (RunNext());
    }

    /// <summary>Runs the task that has come. False if the thread is to end. It is a method of its own, so that its variables are gone when
    /// the thread waits: an idle thread must not keep the last argument and result alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunNext()
    {
        TaskItem? item;
        LocalRun run;
        lock (_lock)
            (item, run) = (_current, _run);
        if (item is null)
            return false; // closed
        _scheduler.Started(this, item);
        Outcome outcome;
        using (InterruptShield.Lower())
            outcome = item.Run(run);
        Interlocked.Increment(ref _done);
        bool abandoned;
        lock (_lock)
        {
            (_current, _run) = (null, default);
            abandoned = _state == State.Abandoned;
        }
        if (abandoned)
            _crew.AbandonedEnded();
        else
            _scheduler.Finished(this, item, outcome);
        return !abandoned;
    }
}
