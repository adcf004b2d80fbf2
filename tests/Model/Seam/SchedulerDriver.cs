using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Scheduling;

namespace Offloop.Model.Seam;

/// <summary>All that the model test asks of a scheduler. This file, <see cref="FakeSlot"/> and <see cref="FakeTask"/> are the only ones
/// that know its API. Tasks and slots have numbers, so that nothing else has to.</summary>
internal sealed class SchedulerDriver
{
    private readonly Scheduler _scheduler;
    private readonly FakeSource _source = new();
    private readonly IWitness _witness;
    private readonly Dictionary<int, FakeSlot> _slots = [];
    private readonly Dictionary<int, FakeTask> _tasks = [];

    public SchedulerDriver(SchedulerSetup setup, TimeProvider clock, IWitness witness)
    {
        _witness = witness;
        _scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = setup.TaskTimeout ?? Timeout.InfiniteTimeSpan,
            CancellationGrace = setup.Grace,
            EndPatience = setup.Patience,
            ShutdownTimeout = TimeSpan.Zero,
            TimeProvider = clock,
            Logger = NullLogger.Instance,
            QueueCapacity = setup.Capacity,
            QueueFullMode = setup.Rejects ? QueueFullMode.Reject : QueueFullMode.Wait,
        });
        _scheduler.Use(_source);
    }

    public void Submit(TaskSpec spec, CancellationToken cancellationToken)
    {
        var task = new FakeTask(spec, _witness, cancellationToken)
        {
            ChunkSize = spec.ChunkSize,
            Requires = spec.Requires is { } label ? LabelSet.Of(label) : LabelSet.Empty,
            Owner = this,
        };
        _tasks.Add(spec.Number, task);
        _scheduler.Submit(task);
    }

    /// <summary>Cancels a task as a map does, without a token.</summary>
    public void Cancel(int task) => _scheduler.Cancel(_tasks[task]);

    public void Add(SlotSpec spec)
    {
        var slot = new FakeSlot(spec, _witness);
        _slots.Add(spec.Number, slot);
        _scheduler.Add(slot);
    }

    public void Attach(int slot) => _scheduler.Open(_slots[slot]);

    public bool TryDetachIdle(int slot) => _scheduler.TryRemoveIdle(_slots[slot]);

    public void Retire(int slot) => _scheduler.Close(_slots[slot]);

    /// <summary>Takes effect with the next report of the slot.</summary>
    public void SetWindow(int slot, int window) => _slots[slot].SetWindow(window);

    public void Started(int slot, int task) => _scheduler.Started(_slots[slot], _tasks[task]);

    public void Finished(int slot, IReadOnlyList<OwnEnd> ends)
    {
        TaskEnd[] ended = [.. ends.Select(end => new TaskEnd(_tasks[end.Task], OutcomeOf(end), Took: null))];
        _scheduler.Finished(_slots[slot], ended);
    }

    public void GivenBack(int slot, IReadOnlyList<int> tasks) => _scheduler.GivenBack(_slots[slot], tasks.Select(task => _tasks[task]));

    /// <summary>One task is given up; its slot goes on.</summary>
    public void LostOne(int slot, LostFact fact, FailureCause cause) =>
        _scheduler.GivenUp(_slots[slot], _tasks[fact.Task], FactsOf(slot, fact, cause));

    /// <summary>A slot was seen to die.</summary>
    public void Died(int slot, IReadOnlyList<LostFact> facts, FailureCause cause)
    {
        _scheduler.Lost(_slots[slot], new SlotLoss
        {
            Otherwise = new TaskFailure { Cause = cause },
            Tasks = facts.ToDictionary(
                fact => (WorkItem)_tasks[fact.Task],
                fact => new TaskLoss(FactsOf(slot, fact, cause), fact.IsSuspect)),
        });
    }

    public Task ShutDown(ShutdownMode mode) => _scheduler.ShutdownAsync(mode);

    public void Break() => _scheduler.Break("it cannot.", new TaskFailure { Cause = FailureCause.StartFailure });

    public void Degrade(bool refuses) =>
        _scheduler.Degrade("it cannot now.", new TaskFailure { Cause = FailureCause.StartFailure }, refuses);

    public void Recover() => _scheduler.Recover();

    public void Close() => _scheduler.CloseAsync().GetAwaiter().GetResult();

    /// <summary>The number of the slot that is kept for a task which runs alone.</summary>
    public int? Kept => (_scheduler.Kept as FakeSlot)?.Number;

    public Numbers Read()
    {
        _scheduler.RequireInvariants();
        ExecutorSnapshot snapshot = _scheduler.Snapshot();
        return new Numbers
        {
            State = snapshot.State,
            Queued = snapshot.Queued,
            Running = snapshot.Running,
            Demand = _source.Waiting,
            Succeeded = snapshot.Succeeded,
            Failed = snapshot.Failed,
            Cancelled = snapshot.Cancelled,
            TimedOut = snapshot.TimedOut,
            Lost = snapshot.Lost,
        };
    }

    /// <summary>What a task that has ended still holds, in words; null if it holds nothing.</summary>
    public string? HeldBy(int task) =>
        _tasks[task] is not { } held ? null
        : held.Registration.Unregister() ? "its registration with the caller's token"
        : held.Owner is not null ? "its executor"
        : held.Previous is not null || held.Next is not null ? "its neighbours in the queue"
        : null;

    private static TaskFailure FactsOf(int slot, LostFact fact, FailureCause cause) =>
        new()
        {
            Cause = cause,
            Phase = (TaskPhase)fact.Phase,
            WorkerId = slot,
            SharedWith = fact.IsShared ? [new TaskNeighbour { TaskId = 0, Name = "another" }] : [],
        };

    private static Outcome OutcomeOf(OwnEnd end) =>
        end.Exception is { } error ? new Outcome.Thrown(error) : new Outcome.Result<int>(end.Result);

    /// <summary>Notes the demand that it was told last.</summary>
    private sealed class FakeSource : SlotSource
    {
        public int Waiting { get; private set; }

        public override int MaxSlots => 1;

        public override void Demand(int waiting) => Waiting = waiting;

        public override SourceSnapshot Snapshot() => new([]);

        public override ValueTask CloseAsync() => ValueTask.CompletedTask;
    }
}
