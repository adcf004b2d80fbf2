using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

public sealed class BreachTests
{
    [Theory(Timeout = Waiting.Hang)]
    [InlineData(true, 5)]
    [InlineData(false, 50)]
    [Trait("Conformance", "J114")]
    public async Task A_task_that_no_worker_lives_to_start_ends_after_five_that_may_have_died_of_it_or_fifty_that_have_not(
        bool isSuspect, int deaths)
    {
        var scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.Zero,
            TimeProvider = TimeProvider.System,
            Logger = NullLogger.Instance,
        });
        var source = new DyingSlots(scheduler, isSuspect);
        scheduler.Use(source);
        var item = new FakeItem(1);

        scheduler.Submit(item);

        await source.AddWhileWantedAsync();

        var lost = Assert.IsType<Outcome.Failed>(await item.Outcome);
        TaskFailure facts = Assert.IsType<WorkerLostException>(lost.Exception).Failure;
        Assert.Equal((FailureCause.Crash, TaskPhase.NotStarted), (facts.Cause, facts.Phase));
        Assert.Equal(deaths, source.Added);
    }

    /// <summary>Adds a slot that dies at its first task each time that one is wanted.</summary>
    private sealed class DyingSlots(Scheduler scheduler, bool isSuspect) : SlotSource
    {
        private int _waiting;

        public int Added { get; private set; }

        public override int MaxSlots => 1;

        public override void Demand(int waiting) => _waiting = waiting;

        public override SourceSnapshot Snapshot() => new([]);

        public override ValueTask CloseAsync() => ValueTask.CompletedTask;

        public async Task AddWhileWantedAsync()
        {
            while (_waiting > 0 && Added < 60)
            {
                var slot = new DyingSlot(scheduler, isSuspect);
                Added++;
                scheduler.Add(slot);
                scheduler.Open(slot);
                await Task.Yield();
            }
        }
    }

    private sealed class DyingSlot(Scheduler scheduler, bool isSuspect) : Slot
    {
        public override SlotFacts Facts => SlotFacts.Anonymous;

        public override void Send(Assignment assignment)
        {
            TaskFailure facts = Facts.ToFailure(FailureCause.Crash, TaskPhase.NotStarted, assignment.Attempt);
            scheduler.Lost(this, new SlotLoss
            {
                Otherwise = facts,
                Tasks = new Dictionary<WorkItem, TaskLoss> { [assignment.Item] = new(facts, isSuspect) },
            });
        }

        public override void RequestEnd(WorkItem item)
        {
        }

        public override void ForceEnd(WorkItem item)
        {
        }
    }
}
