using System.Threading.Channels;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>Decides how many workers there are: it alone starts, promotes, replaces, recycles and shrinks them, in one loop that wakes when
/// something has changed. What it wants is in <see cref="Plan"/>; each worker's life is in <see cref="LiveAsync"/>.</summary>
internal sealed class Supervisor : SlotSource
{
    private static readonly TimeSpan s_leaveTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Scheduler _scheduler;
    private readonly WorkerLaunch _launch;
    private readonly StartTries _tries;
    private readonly StartGate _gate;
    private readonly List<WorkerSlot> _slots = [];
    private readonly HashSet<Task> _lives = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _idleTimer;
    private readonly MemoryGovernor? _memory;
    private readonly Task _loop;
    private int _lastId;
    private volatile int _waiting;
    private volatile bool _canGrow = true;

    public Supervisor(Scheduler scheduler, WorkerLaunch launch)
    {
        (_scheduler, _launch) = (scheduler, launch);
        _tries = new StartTries(scheduler, launch);
        _gate = new StartGate(Environment.ProcessorCount, s_startPatience, launch.Options.TimeProvider);
        _idleTimer = launch.Options.TimeProvider.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _memory = launch.Options.MaxWorkerMemory is { } limit ? new MemoryGovernor(limit, Slots, launch.Options.TimeProvider, Wake) : null;
        _loop = Task.Run(RunAsync);
        Wake();
    }

    public override int MaxConcurrency => _launch.Options.MaxWorkers;

    /// <summary>Wakes the loop when there is more to do and there could be more workers; a submit never starts a process itself.</summary>
    public override void Demand(int waiting)
    {
        _waiting = waiting;
        if (waiting > 0 && _canGrow)
            Wake();
    }

    public override SourceSnapshot Snapshot() => new([.. Slots().Select(static slot => slot.Report())]);

    /// <summary>Ends every worker: those that are idle by asking, the others by force, and waits until all are gone.</summary>
    public override async ValueTask CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _memory?.Dispose();
        await _idleTimer.DisposeAsync().ConfigureAwait(false);
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

    private void Wake() => _wake.Writer.TryWrite(true);

    private static void End(WorkerSlot slot)
    {
        if (!slot.TryLeave())
            slot.Kill(new KillReason(FailureCause.Shutdown, "the executor is closed"));
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                _wake.Reader.TryRead(out _);
                Plan();
            }
        }
        catch (OperationCanceledException)
        {
            // closed
        }
    }

    /// <summary>One look at all workers, and what follows from it. Only this loop moves a worker between spare, active and leaving, so the
    /// numbers can only be made better by what happens meanwhile.</summary>
    private void Plan()
    {
        WorkerSlot[] slots = Slots();
        foreach (WorkerSlot slot in slots)
        {
            if (slot.TakeProof())
                _tries.Succeeded();
            if (slot.IsWornOut || slot.IsOverSoftLimit)
                slot.Retire();
            if (slot.Stage == WorkerStage.Retiring)
                slot.TryLeave();
        }
        ProcessPoolOptions options = _launch.Options;
        var spares = new Queue<WorkerSlot>(slots.Where(slot => slot.Stage == WorkerStage.Spare));
        int starting = slots.Count(slot => slot.Stage == WorkerStage.Starting);
        // A retiring worker still runs its task: it holds its place until that has ended.
        int working = slots.Count(slot => slot.Stage is WorkerStage.Active or WorkerStage.Retiring);
        int wanted = Math.Clamp(working + _waiting, options.MinWorkers, options.MaxWorkers);
        for (; working < wanted && spares.TryDequeue(out WorkerSlot? spare); working++)
            spare.Activate();

        // A replacement is started before its predecessor has to go, and waits as a spare.
        int replacements = slots.Count(
            slot => slot.Stage is WorkerStage.Retiring || (slot.Stage == WorkerStage.Active && slot.IsWearingOut));
        int missing = wanted - working + options.SpareWorkers + replacements - spares.Count - starting;
        for (missing = _tries.Limit(missing, starting); missing > 0; missing--)
            Start();
        _canGrow = working + starting < options.MaxWorkers;
        if (_canGrow && working + starting < Math.Clamp(working + _waiting, options.MinWorkers, options.MaxWorkers))
            Wake(); // the demand came while it could not have been heard
        Shrink(slots, working);
    }

    /// <summary>Lets workers go that have had nothing to do for long, and wakes this loop when the next one may.</summary>
    private void Shrink(WorkerSlot[] slots, int working)
    {
        TimeSpan patience = _launch.Options.IdleTimeout;
        if (patience == Timeout.InfiniteTimeSpan)
            return;
        TimeSpan next = patience;
        foreach (WorkerSlot slot in slots.Where(slot => slot.Stage == WorkerStage.Active).OrderByDescending(slot => slot.Tasks.IdleTime))
        {
            if (working <= _launch.Options.MinWorkers)
                return;
            TimeSpan left = patience - slot.Tasks.IdleTime;
            if (left > TimeSpan.Zero)
                next = left < next ? left : next;
            else if (slot.TryLeave())
                working--;
        }
        _idleTimer.Change(next, Timeout.InfiniteTimeSpan);
    }

    private void Start()
    {
        var slot = new WorkerSlot(_scheduler, _launch, ++_lastId, Wake);
        _scheduler.Add(slot);
        _launch.Events.Tell(new WorkerStarting(slot.Id));
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
            Wake();
            if (_closing.IsCancellationRequested)
                End(slot);
            Heartbeat.Watch(slot, process, _launch.Options);
            if (await Task.WhenAny(process.Exited, slot.GivenUp).ConfigureAwait(false) == process.Exited)
                await LoseAsync(slot, await process.Exited.ConfigureAwait(false)).ConfigureAwait(false);
        }
        else
        {
            _scheduler.TryRemoveIdle(slot);
        }
        lock (_lock)
            _slots.Remove(slot);
        Wake();
    }

    private async Task LoseAsync(WorkerSlot slot, WorkerExit exit)
    {
        (WorkerStage before, bool hadTask) = slot.Lose(exit);
        bool expected = before is not (WorkerStage.Spare or WorkerStage.Active or WorkerStage.Retiring);
        _launch.Events.Tell(new WorkerEnded(slot.Id, exit.ProcessId, expected, exit.ExitCode, exit.ProbableSignal));
        // A worker that dies of nothing is as good as one that never started; one that dies of a task is that task's matter.
        if (expected || hadTask || slot.Tasks.Done > 0 || _closing.IsCancellationRequested)
            return;
        string reason = $"its process ended before its first task ({exit.Reason})";
        TaskFailure failure = exit.ToFailure(FailureCause.StartFailure, slot.Id);
        await _tries.FailedAsync(slot.Id, reason, failure, IsAlone(slot), _closing.Token).ConfigureAwait(false);
    }

    private async Task<WorkerProcess?> TryStartAsync(WorkerSlot slot)
    {
        try
        {
            return await _gate.PassAsync(() => StartAsync(slot), slot.Inbox.Ready, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested) // before its turn
        {
            return null;
        }
        catch (WorkerStartException error)
        {
            if (!_closing.IsCancellationRequested)
                await _tries.FailedAsync(slot.Id, error.Message, error.Failure, IsAlone(slot), _closing.Token).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<WorkerProcess> StartAsync(WorkerSlot slot)
    {
        TimeProvider time = _launch.Options.TimeProvider;
        long launched = time.GetTimestamp();
        WorkerProcess process = await WorkerProcess.StartAsync(_launch, slot.Id, slot, _closing.Token).ConfigureAwait(false);
        _launch.Events.Tell(new WorkerReady(slot.Id, process.ProcessId, time.GetElapsedTime(launched)));
        return process;
    }

    /// <summary>Whether no other worker could run a task.</summary>
    private bool IsAlone(WorkerSlot slot) =>
        !Slots().Any(other => other != slot && other.Stage is WorkerStage.Spare or WorkerStage.Active or WorkerStage.Retiring);
}
