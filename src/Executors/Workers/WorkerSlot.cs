using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>One worker as the scheduler and the supervisor see it: its life and its capacity. Every process has a new slot, so a slot is
/// one generation of a worker. A word about a task can come only from the process that has it, and a kill can hit no other process.
/// <para>Its tasks are in its <see cref="TaskTable"/>. They go out through its <see cref="Outbox"/>, and the worker's messages come in
/// through its <see cref="Inbox"/>.</para></summary>
internal sealed partial class WorkerSlot : TaskSlot
{
    private static readonly TimeSpan s_residentAge = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Scheduler _scheduler;
    private readonly WorkerLaunch _launch;
    private readonly Action _changed;
    private readonly Outbox _outbox;
    private readonly long _launched;
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IWorkerChannel? _channel;
    private volatile SlotFacts _facts;
    private WorkerStage _stage;
    private KillReason? _killed;
    private volatile bool _isOverSoftLimit;
    private volatile bool _hasBegun;
    private int _proven;
    private long _resident = -1;
    private long _residentRead;

    /// <param name="scheduler">Gives the tasks.</param>
    /// <param name="launch">The settings that all workers of the pool share.</param>
    /// <param name="id">The worker's number.</param>
    /// <param name="changed">Called, outside every lock, when the supervisor may have something to do here.</param>
    public WorkerSlot(Scheduler scheduler, WorkerLaunch launch, int id, Action changed)
    {
        (_scheduler, _launch, Id, _changed) = (scheduler, launch, id, changed);
        _facts = new SlotFacts { WorkerId = id };
        _launched = Time.GetTimestamp();
        TaskLimit = launch.Options.MaxTasksPerWorker is { } limit ? Jittered(limit) : long.MaxValue;
        Tasks = new TaskTable(Time, Concurrency);
        Preparation = new Preparation(this, launch, changed);
        Inbox = new Inbox(this, scheduler);
        _outbox = new Outbox(this, scheduler, launch);
    }

    public int Id { get; }

    public TaskTable Tasks { get; }

    public Inbox Inbox { get; }

    public Pace Pace { get; } = new();

    public Preparation Preparation { get; }

    /// <summary>The process, once it is ready.</summary>
    public IWorkerChannel Channel => _channel!;

    /// <summary>Done when the worker was given up because its end could not be seen.</summary>
    public Task GivenUp => _givenUp.Task;

    public override int Concurrency => _launch.Options.ThreadsPerWorker;

    public override int Window => Math.Max(Concurrency, Math.Min(Concurrency * Pace.Window, Pace.MaxWindow));

    public override int ChunkWindow => Pace.MaxWindow;

    public override long TaskLimit { get; }

    public override bool KeepsNotes => true;

    public override SlotFacts Facts => _facts;

    public WorkerStage Stage
    {
        get
        {
            lock (_lock)
                return _stage;
        }
    }

    /// <summary>Whether it has had all the tasks that it may have.</summary>
    public bool IsWornOut => Tasks.Done >= TaskLimit;

    /// <summary>Whether its replacement should be started, because its last tenth of tasks has begun.</summary>
    public bool IsWearingOut => TaskLimit != long.MaxValue && Tasks.Done >= TaskLimit - Math.Max(1, TaskLimit / 10);

    /// <summary>Whether it uses so much memory that it is to be replaced when its task has ended. The memory governor's.</summary>
    public bool IsOverSoftLimit
    {
        get => _isOverSoftLimit;
        set => _isOverSoftLimit = value;
    }

    /// <summary>Whether its turn to start has come. The supervisor's.</summary>
    public bool HasBegun
    {
        get => _hasBegun;
        set => _hasBegun = value;
    }

    private TimeProvider Time => _launch.Options.TimeProvider;

    private bool IsProven => Volatile.Read(ref _proven) == 1;

    /// <summary>True once, when the worker has proven itself by ending a task.</summary>
    public bool TakeProof() => Tasks.Done > 0 && Interlocked.Exchange(ref _proven, 1) == 0;

    /// <summary>The process is ready.</summary>
    public void BecomeSpare(IWorkerChannel channel)
    {
        lock (_lock)
        {
            _channel = channel;
            _facts = _facts with { ProcessId = channel.ProcessId };
            _stage = WorkerStage.Spare;
        }
        ReadResident();
    }

    /// <summary>The process has said that it is ending itself.</summary>
    public void AnnounceExit() => _channel?.AnnounceExit();

    /// <summary>Lets tasks come.</summary>
    public void Activate()
    {
        lock (_lock)
        {
            if (_stage != WorkerStage.Spare)
                return;
            _stage = WorkerStage.Active;
        }
        Tasks.Touch();
        _launch.Events.Tell(new WorkerActivated(Id));
        _scheduler.Open(this);
    }

    /// <summary>Lets no more tasks come.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            if (_stage != WorkerStage.Active)
                return;
            _stage = WorkerStage.Retiring;
        }
        _launch.Events.Tell(new WorkerRetiring(Id));
        _scheduler.Close(this);
    }

    /// <summary>Asks a worker without tasks to end; false if it has one, or is not in a state to be asked.</summary>
    public bool TryLeave()
    {
        if (!CanLeave(Stage) || Tasks.Stuck > 0 || !_scheduler.TryRemoveIdle(this))
            return false;
        lock (_lock)
        {
            if (!CanLeave(_stage))
                return false;
            _stage = WorkerStage.Leaving;
        }
        _launch.Events.Tell(new WorkerLeaving(Id));
        Channel.Leave();
        return true;
    }

    /// <summary>Ends the worker whatever it does.</summary>
    public void Kill(KillReason reason)
    {
        lock (_lock)
        {
            if (_stage is WorkerStage.Starting or WorkerStage.Dying or WorkerStage.Gone)
                return;
            _stage = WorkerStage.Dying;
            _killed = reason;
        }
        Channel.Kill(reason);
    }

    /// <summary>The process is gone: its tasks are settled or go elsewhere. Returns the stage in which it was and whether it had a
    /// task.</summary>
    public (WorkerStage Before, bool HadTask) Lose(WorkerExit exit)
    {
        Inbox.FinishUnreported(exit.UnreportedEnds);
        WorkerStage before = Go();
        _scheduler.Close(this); // a task that is lost late, before all is, must not be sent here again
        FailureCause cause = _killed?.Cause ?? exit.Cause;
        TaskFailure facts = exit.ToFailure(cause, Id) with
        {
            ResidentBytes = _killed?.ResidentBytes,
            MemoryLimitBytes = _killed?.MemoryLimitBytes,
            DumpFile = exit.ProbableSignal is null ? null : _launch.Inspector?.CrashDumpOf(exit.ProcessId),
        };
        SlotLoss loss = LossOf(exit.Marks, facts, _killed is { } killed ? killed.TaskId : Tasks.Find(exit.ExitedBy)?.Id);
        _scheduler.Lost(this, loss);
        return (before, loss.Tasks.Count + loss.Ending.Count > 0);
    }

    /// <summary>The end of a task was being read when the process was gone, and did not arrive after all.</summary>
    public void LoseLate(TaskItem item, int sequence) => _scheduler.GivenUp(this, item, LossOf(_marks, _lossFacts!, item, sequence));

    public override TaskPhase PhaseOf(WorkItem item) =>
        _channel is { } channel && Tasks.SequenceOf((TaskItem)item) is { } sequence ? channel.PhaseOf(sequence) : TaskPhase.Unknown;

    /// <summary>Nobody saw the kill end the process. Its marks say how far its tasks had come.</summary>
    public override SlotLoss GiveUp()
    {
        if (Go() != WorkerStage.Gone)
        {
            _launch.Events.Tell(new WorkerGivenUp(Id, _facts.ProcessId));
            if (_killed is null) // the look before the kill has not come to its end
                _channel?.Kill(new KillReason(FailureCause.Unresponsive, "it is given up"));
        }
        _scheduler.Close(this); // as above
        byte[]? marks = _channel?.ReadMarks();
        FailureCause cause = _killed?.Cause ?? FailureCause.Unresponsive;
        SlotLoss loss = LossOf(marks, _facts.ToFailure(cause, TaskPhase.NotStarted, attempt: 0), _killed?.TaskId);
        _givenUp.TrySetResult();
        return loss;
    }

    /// <summary>The supervisor is woken if a change of the tasks may concern it.</summary>
    public void NoteChange()
    {
        WorkerStage stage = Stage;
        if (!IsProven || IsWearingOut || stage is WorkerStage.Retiring or WorkerStage.Condemned)
            _changed();
        if (stage == WorkerStage.Condemned)
            EndCondemned();
    }

    /// <summary>The worker at this moment. Resident bytes are those of the last look, and a new look begins if that was long
    /// ago.</summary>
    public SlotReport Report()
    {
        if (_channel is not null && Time.GetElapsedTime(Interlocked.Read(ref _residentRead)) > s_residentAge)
            ThreadPool.UnsafeQueueUserWorkItem(static slot => slot.ReadResident(), this, preferLocal: false);
        WorkerState state = Stage switch
        {
            WorkerStage.Starting => WorkerState.Starting,
            WorkerStage.Spare => WorkerState.Spare,
            WorkerStage.Active => WorkerState.Idle,
            _ => WorkerState.Leaving,
        };
        long resident = Interlocked.Read(ref _resident);
        return new SlotReport(this, state, Time.GetElapsedTime(_launched), Tasks.Done, resident < 0 ? null : resident);
    }

    protected override void Send(TaskItem item, Assignment assignment)
    {
        int sequence = Tasks.TryAdd(item, out bool startsAtOnce);
        if (sequence == 0)
            return; // the worker was lost, and the task was sent elsewhere before it came here
        if (item.EndRequest == EndRequest.None)
        {
            _outbox.Send(sequence, assignment, startsAtOnce);
            return;
        }
        if (Tasks.Release(sequence, isDone: false) is not null)
            _scheduler.GivenUp(this, item, _facts.ToFailure(FailureCause.TaskException, TaskPhase.NotStarted, assignment.Attempt));
        NoteChange();
    }

    protected override void RequestEnd(TaskItem item)
    {
        if (Tasks.SequenceOf(item) is { } sequence)
            Channel.Tell(worker => worker.Cancel(sequence));
    }

    private static long Jittered(int limit)
    {
        int tenth = limit / 10; // below ten tasks there is nothing to spread
        return limit + Random.Shared.Next(-tenth, tenth + 1);
    }

    private WorkerStage Go()
    {
        lock (_lock)
        {
            WorkerStage before = _stage;
            _stage = WorkerStage.Gone;
            _neighbourGrace?.Dispose();
            return before;
        }
    }

    private void ReadResident()
    {
        Interlocked.Exchange(ref _residentRead, Time.GetTimestamp());
        Interlocked.Exchange(ref _resident, _channel?.ReadResidentBytes() ?? -1);
    }
}
