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
    private long _done;
    private TaskItem? _current;
    private LocalRun _run;
    private State _state;

    public ThreadSlot(ThreadCrew crew, Scheduler scheduler, int id, PayloadFormat? roundTrip)
    {
        (_crew, _scheduler, _roundTrip) = (crew, scheduler, roundTrip);
        Facts = new SlotFacts { WorkerId = id };
        _started = scheduler.Options.TimeProvider.GetTimestamp();
        // A background thread: a task that never ends must not keep a program alive whose Main has returned.
        new Thread(Loop) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"Offloop worker {id}") }.UnsafeStart();
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

    public override SlotFacts Facts { get; }

    protected override void Send(TaskItem item, Assignment assignment)
    {
        LocalRun run = item.NewRun(assignment.Attempt, _scheduler.Options.Logger, _roundTrip, Facts);
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
            _state = _state == State.Open ? State.Closed : _state;
        _wake.Release();
    }

    public SlotReport Report() =>
        new(
            this, WorkerState.Idle, _scheduler.Options.TimeProvider.GetElapsedTime(_started), Interlocked.Read(ref _done),
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
