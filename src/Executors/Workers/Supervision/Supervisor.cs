using Offloop.Healing;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>Decides how many workers there are. It alone starts, promotes, replaces, recycles and shrinks them, in one loop that wakes when
/// something has changed. <see cref="Plan"/> is one turn of that loop, <see cref="LiveAsync"/> is the life of one worker, and
/// <see cref="StartJudge"/> judges failed starts.</summary>
internal sealed partial class Supervisor : SlotSource
{
    private static readonly TimeSpan s_leaveTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_gatePatience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Scheduler _scheduler;
    private readonly WorkerLaunch _launch;
    private readonly Health _health;
    private readonly StartJudge _judge;
    private readonly StartGate _gate;
    private readonly List<WorkerSlot> _slots = [];
    private readonly HashSet<Task> _lives = [];
    private readonly Turns _turns = new();
    private readonly CancellationTokenSource _closing = new();

    /// <summary>No start is of use any more: the pool is closed, or broken.</summary>
    private readonly CancellationTokenSource _noMoreStarts;

    private readonly ITimer _idleTimer;
    private readonly MemoryGovernor? _memory;
    private readonly Task _loop;
    private int _lastId;
    private volatile int _waiting;
    private volatile bool _canGrow = true;

    public Supervisor(Scheduler scheduler, WorkerLaunch launch)
    {
        (_scheduler, _launch) = (scheduler, launch);
        _noMoreStarts = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        _health = new Health(launch.Options.StartPatience, Time);
        _judge = new StartJudge(scheduler, _health, launch.Options.StartPatience, Wake);
        _gate = new StartGate(Environment.ProcessorCount, s_gatePatience, Time);
        _idleTimer = Time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _memory = launch.Options.MaxWorkerMemory is { } limit ? new MemoryGovernor(limit, Slots, Time, Wake) : null;
        _loop = Task.Run(() => _turns.TakeAsync(Plan, _closing.Token));
        Wake();
    }

    public override int MaxSlots => _launch.Options.MaxWorkers;

    private TimeProvider Time => _launch.Options.TimeProvider;

    /// <summary>Wakes the loop when there is more to do and there could be more workers; a submit never starts a process itself.</summary>
    public override void Demand(int waiting)
    {
        _waiting = waiting;
        if (waiting > 0 && _canGrow)
            Wake();
    }

    public override SourceSnapshot Snapshot()
    {
        WorkerSlot[] slots = Slots();
        return new SourceSnapshot(
            [.. slots.Select(static slot => slot.Report())],
            slots.Where(static slot => slot.Stage == WorkerStage.Condemned).Sum(static slot => slot.Tasks.Stuck));
    }

    /// <summary>Ends every worker: those that are idle by asking, the others by force, and waits until all are gone or
    /// given up.</summary>
    public override async ValueTask CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _memory?.Dispose();
        await _idleTimer.DisposeAsync().ConfigureAwait(false);
        _judge.Dispose();
        FailRecyclings(Closed);
        Task[] lives;
        lock (_lock)
            lives = [.. _lives];
        foreach (WorkerSlot slot in Slots())
            End(slot);
        Task gone = Task.WhenAll(lives);
        if (await Task.WhenAny(gone, Task.Delay(s_leaveTime)).ConfigureAwait(false) != gone)
        {
            foreach (WorkerSlot slot in Slots())
                slot.Kill(new KillReason(FailureCause.Shutdown, "it did not leave in time"));
        }
        await gone.ConfigureAwait(false);
    }

    private WorkerSlot[] Slots()
    {
        lock (_lock)
            return [.. _slots];
    }

    private void Wake() => _turns.Wake();

    private static void End(WorkerSlot slot)
    {
        if (!slot.TryLeave())
            slot.Kill(new KillReason(FailureCause.Shutdown, "the executor is closed"));
    }

    private void Start()
    {
        var slot = new WorkerSlot(_scheduler, _launch, ++_lastId, Wake);
        _scheduler.Add(slot);
        lock (_lock)
        {
            _slots.Add(slot);
            Task life = Task.Run(() => LiveAsync(slot));
            _lives.Add(life);
            _ = life.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        void Forget(Task life)
        {
            lock (_lock)
                _lives.Remove(life);
        }
    }

    /// <summary>One worker from its start to its end.</summary>
    private async Task LiveAsync(WorkerSlot slot)
    {
        if (await TryStartAsync(slot).ConfigureAwait(false) is { } process)
        {
            slot.BecomeSpare(process);
            slot.Tasks.Touch();
            long ready = Time.GetTimestamp();
            Wake();
            if (_closing.IsCancellationRequested)
                End(slot);
            Heartbeat.Watch(slot, process, _launch.Options);
            await Task.WhenAny(process.Exited, process.Overdue, slot.GivenUp).ConfigureAwait(false);
            if (process.Exited.IsCompleted)
                Lose(slot, await process.Exited.ConfigureAwait(false), Time.GetElapsedTime(ready));
            else
                _scheduler.Lost(slot, slot.GiveUp());
        }
        else
        {
            _scheduler.TryRemoveIdle(slot);
        }
        lock (_lock)
            _slots.Remove(slot);
        Wake();
    }

    private void Lose(WorkerSlot slot, WorkerExit exit, TimeSpan age)
    {
        (WorkerStage before, bool hadTask) = slot.Lose(exit);
        bool expected = before is not (WorkerStage.Spare or WorkerStage.Active or WorkerStage.Retiring or WorkerStage.Condemned);
        _launch.Events.Tell(new WorkerEnded(slot.Id, exit.ProcessId, expected, exit.ExitCode, exit.ProbableSignal));
        // A worker that dies of a task is that task's matter.
        if (!expected && !hadTask && slot.Tasks.Done == 0 && _health.DiedUnused(age) is { } pause)
            _gate.Shut(pause);
    }

    /// <summary>Starts a worker when its turn has come. Null if it could not be started, or need not any more.</summary>
    private async Task<WorkerProcess?> TryStartAsync(WorkerSlot slot)
    {
        try
        {
            return await _gate.PassAsync(() => StartAsync(slot), slot.Inbox.Ready, _noMoreStarts.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or WorkerStartException)
        {
            return null; // its turn did not come any more, or it failed, which has been reported
        }
    }

    private async Task<WorkerProcess> StartAsync(WorkerSlot slot)
    {
        slot.HasBegun = true;
        int epoch = _health.Begin();
        long launched = Time.GetTimestamp();
        _launch.Events.Tell(new WorkerStarting(slot.Id));
        try
        {
            RequireHandles(slot);
            WorkerProcess process = await WorkerProcess.StartAsync(_launch, slot.Id, slot, _noMoreStarts.Token).ConfigureAwait(false);
            _health.Succeeded();
            _gate.Open();
            _launch.Events.Tell(new WorkerReady(slot.Id, process.ProcessId, Time.GetElapsedTime(launched)));
            return process;
        }
        catch (WorkerStartException error) when (!_noMoreStarts.IsCancellationRequested)
        {
            // Before this start has left the gate, so that the next one waits.
            if (_health.Failed(epoch, error.IsDeterministic, error.Message, error.Failure) is { } pause)
                _gate.Shut(pause);
            _launch.Events.Tell(new WorkerStartFailed(slot.Id, error.IsDeterministic, error.Message, error.Failure));
            throw;
        }
    }

    /// <summary>A pool does with fewer workers before it takes the last handles; without any it tries all the same.</summary>
    private void RequireHandles(WorkerSlot slot)
    {
        if (Slots().Any(IsOther) && Handles.Shortage() is { } shortage)
        {
            var facts = new TaskFailure { Cause = FailureCause.StartFailure, WorkerId = slot.Id };
            throw new WorkerStartException(shortage, facts, isDeterministic: false);
        }

        bool IsOther(WorkerSlot other) => other != slot && other.HasBegun && other.Stage is not (WorkerStage.Dying or WorkerStage.Gone);
    }
}
