using Offloop.Protocol;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <summary>One worker as the scheduler and the supervisor see it. There is a new slot for every process, so that a slot is one generation of a
/// worker: what is said about a task can only come from, and a kill can only hit, the process that has it.</summary>
internal sealed partial class WorkerSlot : Slot
{
    private readonly Lock _lock = new();
    private readonly Scheduler _scheduler;
    private readonly WorkerLaunch _launch;
    private readonly Action _changed;
    private readonly long _launched;
    private readonly long _taskLimit;
    private readonly Dictionary<int, WorkItem> _items = [];
    private readonly Pace _pace = new();
    private readonly TaskCompletionSource<ReadyMessage> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<FinishedTask> _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IWorkerChannel? _process;
    private WorkerState _state;
    private KillReason? _killed;
    private WorkItem? _doomed;
    private int _lastSequence;
    private long _done;
    private long _idleSince;
    private volatile bool _isOverSoftLimit;
    private int _proven;

    /// <param name="scheduler">Gives the tasks.</param>
    /// <param name="launch">What all workers of the pool have in common.</param>
    /// <param name="id">The worker's number.</param>
    /// <param name="changed">Called, outside every lock, when the supervisor may have something to do here.</param>
    public WorkerSlot(Scheduler scheduler, WorkerLaunch launch, int id, Action changed)
    {
        (_scheduler, _launch, Id, _changed) = (scheduler, launch, id, changed);
        _launched = _idleSince = launch.Options.TimeProvider.GetTimestamp();
        _taskLimit = launch.Options.MaxTasksPerWorker is { } limit ? Jittered(limit) : long.MaxValue;
    }

    public int Id { get; }

    public Task<ReadyMessage> Ready => _ready.Task;

    /// <summary>How the initializer ended, which is no task of the scheduler.</summary>
    public Task<FinishedTask> Initialized => _initialized.Task;

    public override int ChunkRoom => (int)Math.Min(Pace.MaxWindow - Items.Count, _taskLimit - Assigned);

    public override int Room => (int)Math.Min(_pace.Window - Items.Count, _taskLimit - Assigned);

    public WorkerState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>The time since it was to be started.</summary>
    public TimeSpan Age => _launch.Options.TimeProvider.GetElapsedTime(_launched);

    /// <summary>How long there has been no task.</summary>
    public TimeSpan IdleTime
    {
        get
        {
            lock (_lock)
                return _items.Count > 0 ? TimeSpan.Zero : _launch.Options.TimeProvider.GetElapsedTime(_idleSince);
        }
    }

    public long TasksDone => Interlocked.Read(ref _done);

    /// <summary>Whether it has had all the tasks that it may have.</summary>
    public bool IsWornOut => Interlocked.Read(ref _done) >= _taskLimit;

    /// <summary>Whether its replacement should be started, because its last tenth of tasks has begun.</summary>
    public bool IsWearingOut => _taskLimit != long.MaxValue && Interlocked.Read(ref _done) >= _taskLimit - Math.Max(1, _taskLimit / 10);

    /// <summary>Whether it uses so much memory that it is to be replaced when its task has ended. The memory governor's.</summary>
    public bool IsOverSoftLimit
    {
        get => _isOverSoftLimit;
        set => _isOverSoftLimit = value;
    }

    public int? ProcessId => _process?.ProcessId;

    /// <summary>The task that is here, for log lines.</summary>
    public long? CurrentTaskId
    {
        get
        {
            lock (_lock)
                return _items.Count == 0 ? null : _items.Values.First().Id;
        }
    }

    /// <summary>The process is ready.</summary>
    public void BecomeSpare(IWorkerChannel process)
    {
        lock (_lock)
        {
            _process = process;
            _state = WorkerState.Spare;
        }
    }

    /// <summary>True once, when the worker has proven itself by ending a task.</summary>
    public bool TakeProof() => TasksDone > 0 && Interlocked.Exchange(ref _proven, 1) == 0;

    private bool IsProven => Volatile.Read(ref _proven) == 1;

    /// <summary>Lets tasks come.</summary>
    public void Activate()
    {
        lock (_lock)
        {
            if (_state != WorkerState.Spare)
                return;
            _state = WorkerState.Active;
            _idleSince = _launch.Options.TimeProvider.GetTimestamp();
        }
        _scheduler.Attach(this);
    }

    /// <summary>Lets no more tasks come.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            if (_state != WorkerState.Active)
                return;
            _state = WorkerState.Retiring;
        }
        _scheduler.Retire(this);
    }

    /// <summary>Asks a worker without tasks to end; false if it has one, or is not in a state to be asked.</summary>
    public bool TryLeave()
    {
        if (State is not (WorkerState.Spare or WorkerState.Active or WorkerState.Retiring) || !_scheduler.TryDetachIdle(this))
            return false;
        lock (_lock)
        {
            if (_state is not (WorkerState.Spare or WorkerState.Active or WorkerState.Retiring))
                return false;
            _state = WorkerState.Leaving;
        }
        _process!.Tell(static worker => worker.Leave());
        return true;
    }

    /// <summary>Ends the worker whatever it does.</summary>
    public void Kill(KillReason reason) => TryKill(reason, onlyWith: null);

    /// <summary>The process is gone: its tasks are settled or go elsewhere. Returns the state in which it was and whether it had a task.</summary>
    public (WorkerState Before, bool HadTask) Lose(WorkerExit exit)
    {
        FinishUnreported(exit.UnreportedEnds);
        WorkerState before;
        Dictionary<WorkItem, int> sequences;
        lock (_lock)
        {
            before = _state;
            _state = WorkerState.Gone;
            sequences = _items.ToDictionary(pair => pair.Value, pair => pair.Key);
            _items.Clear();
        }
        FailureCause cause = _killed?.Cause ?? exit.Cause;
        _scheduler.Lost(this, Facts, IsSuspect);
        return (before, sequences.Count > 0);

        TaskFailure Facts(WorkItem item) => new()
        {
            Cause = cause,
            // A task that was never sent has no number yet.
            Phase = sequences.TryGetValue(item, out int sequence) ? exit.PhaseOf(sequence) : TaskPhase.NotStarted,
            WorkerId = Id,
            ProcessId = exit.ProcessId,
            ExitCode = exit.ExitCode,
            ProbableSignal = exit.ProbableSignal,
            ResidentBytes = _killed?.ResidentBytes,
            MemoryLimitBytes = _killed?.MemoryLimitBytes,
            StandardErrorTail = exit.StandardErrorTail,
        };

        // It may have been the message that brought the task, or its argument.
        bool IsSuspect(WorkItem item) =>
            cause == FailureCause.ProtocolError || (sequences.TryGetValue(item, out int sequence) && exit.HadTaken(sequence));
    }

    public WorkerSnapshot Snapshot()
    {
        WorkerState state;
        bool busy;
        lock (_lock)
            (state, busy) = (_state, _items.Count > 0);
        return new WorkerSnapshot
        {
            Id = Id,
            ProcessId = _process?.ProcessId,
            State = state switch
            {
                WorkerState.Starting => "starting",
                WorkerState.Spare => "spare",
                WorkerState.Active => busy ? "busy" : "idle",
                _ => "leaving",
            },
            Age = Age,
            TasksDone = TasksDone,
            ResidentBytes = _process?.ReadResidentBytes(),
        };
    }

    private static long Jittered(int limit)
    {
        int tenth = limit / 10; // below ten tasks there is nothing to spread
        return limit + Random.Shared.Next(-tenth, tenth + 1);
    }

    /// <summary>Whether a task is the one that runs: a worker runs them in the order of their numbers.</summary>
    private bool IsFirst(WorkItem item) => _items.Count > 0 && _items.MinBy(pair => pair.Key).Value == item;

    private bool TryKill(KillReason reason, WorkItem? onlyWith)
    {
        lock (_lock)
        {
            if (_state is WorkerState.Starting or WorkerState.Dying or WorkerState.Gone || (onlyWith is not null && !IsFirst(onlyWith)))
                return false;
            _state = WorkerState.Dying;
            (_killed, _doomed) = (reason, onlyWith);
        }
        _process!.Kill(reason.Text);
        return true;
    }
}
