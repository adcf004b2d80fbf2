using System.Threading.Channels;
using Offloop.Diagnostics;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <summary>Decides how many workers there are: it alone starts, replaces and shrinks them, in one loop that wakes when something has changed.</summary>
internal sealed class Supervisor
{
    private const int MaxStartTries = 5;
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_leaveTime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Scheduler _scheduler;
    private readonly WorkerLaunch _launch;
    private readonly List<WorkerSlot> _slots = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<Task> _lives = [];
    private readonly Task _loop;
    private int _lastId;
    private int _starting;
    private int _failedStarts;

    public Supervisor(Scheduler scheduler, WorkerLaunch launch)
    {
        (_scheduler, _launch) = (scheduler, launch);
        scheduler.Starved = Wake;
        _loop = Task.Run(RunAsync);
        Wake();
    }

    public IReadOnlyList<WorkerSnapshot> Snapshot()
    {
        WorkerSlot[] slots;
        lock (_lock)
            slots = [.. _slots];
        return [.. slots.Select(slot => slot.Snapshot())];
    }

    /// <summary>Ends every worker: those that are idle by asking, the others by force, and waits until all are gone.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        WorkerSlot[] slots;
        Task[] lives;
        lock (_lock)
            (slots, lives) = ([.. _slots], [.. _lives]);
        foreach (WorkerSlot slot in slots)
        {
            if (!slot.TryLeave())
                slot.Kill("the executor is closed");
        }
        Task gone = Task.WhenAll(lives);
        if (await Task.WhenAny(gone, Task.Delay(s_leaveTime)).ConfigureAwait(false) != gone)
        {
            foreach (WorkerSlot slot in slots)
                slot.Kill("it did not leave in time");
        }
        await gone.ConfigureAwait(false);
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                _wake.Reader.TryRead(out _);
                for (int missing = CountMissing(); missing > 0; missing--)
                    Start();
            }
        }
        catch (OperationCanceledException)
        {
            // closed
        }
    }

    /// <summary>Workers to start now: up to the minimum always, beyond it one for each task that waits and that no starting worker will take.</summary>
    private int CountMissing()
    {
        int queued = _scheduler.QueuedCount;
        lock (_lock)
        {
            if (_failedStarts > 0 && _starting > 0)
                return 0; // one try at a time while starts fail
            int wanted = Math.Max(_launch.Options.MinWorkers, _slots.Count + queued - _starting);
            int missing = Math.Min(wanted, _launch.Options.MaxWorkers) - _slots.Count;
            return _failedStarts > 0 ? Math.Min(missing, 1) : missing;
        }
    }

    private void Start()
    {
        lock (_lock)
        {
            var slot = new WorkerSlot(_scheduler, _launch, ++_lastId);
            _slots.Add(slot);
            _starting++;
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
        WorkerProcess? process = await TryStartAsync(slot).ConfigureAwait(false);
        if (process is null)
            return;
        slot.Open(process);
        if (_closing.IsCancellationRequested && !slot.TryLeave())
            slot.Kill("the executor is closed");
        WorkerExit exit = await process.Exited.ConfigureAwait(false);
        lock (_lock)
            _slots.Remove(slot);
        WorkerState before = slot.Lose(exit);
        if (before == WorkerState.Ready)
            _launch.Logger.WorkerLost(slot.Id, exit.ProcessId, exit.Reason);
        else
            _launch.Logger.WorkerLeft(slot.Id, exit.ProcessId);
        Wake();
    }

    private async Task<WorkerProcess?> TryStartAsync(WorkerSlot slot)
    {
        try
        {
            WorkerProcess process = await WorkerProcess.StartAsync(_launch, slot.Id, slot, _closing.Token).ConfigureAwait(false);
            _launch.Logger.WorkerReady(slot.Id, process.ProcessId, slot.Age.TotalMilliseconds);
            lock (_lock)
            {
                _starting--;
                _failedStarts = 0;
            }
            return process;
        }
        catch (WorkerStartException error)
        {
            await HandleFailedStartAsync(slot, error).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>A start that failed is tried again later and later; when too many in a row have failed and no worker lives, the pool is broken.</summary>
    private async Task HandleFailedStartAsync(WorkerSlot slot, WorkerStartException error)
    {
        int tries;
        bool isAlone;
        lock (_lock)
        {
            tries = ++_failedStarts;
            isAlone = _slots.Count == _starting;
        }
        if (!_closing.IsCancellationRequested)
        {
            _launch.Logger.WorkerStartFailed(slot.Id, tries, error.Message);
            if (tries >= MaxStartTries && isAlone)
                Break(error);
            else
                await BackOffAsync(tries).ConfigureAwait(false);
        }
        lock (_lock)
        {
            _starting--;
            _slots.Remove(slot);
        }
        if (_scheduler.State is ExecutorState.Open or ExecutorState.ShuttingDown)
            Wake();
    }

    private void Break(WorkerStartException error)
    {
        string reason = $"worker {error.Failure.WorkerId} was try number {MaxStartTries} in a row, and {error.Message}.";
        _launch.Logger.PoolBroken(reason);
        _scheduler.Break(() => Failures.Broken(reason, error.Failure));
    }

    private async Task BackOffAsync(int tries)
    {
        TimeSpan time = s_firstBackoff * Math.Pow(2, Math.Min(tries, 8)) * (0.75 + 0.5 * Random.Shared.NextDouble());
        try
        {
            await Task.Delay(time, _launch.Options.TimeProvider, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // closed
        }
    }
}
