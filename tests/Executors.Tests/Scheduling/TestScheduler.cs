using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Tests.Scheduling;

/// <summary>A scheduler with slots that a test moves by hand.</summary>
internal sealed class TestScheduler : SlotSource
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<TestSlot> _slots = [];

    public TestScheduler(int queueCapacity = int.MaxValue, params ExecutorListener[] listeners)
    {
        Scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = Grace,
            ShutdownTimeout = TimeSpan.FromSeconds(30),
            EndPatience = Patience,
            TimeProvider = Clock,
            Logger = NullLogger.Instance,
            QueueCapacity = queueCapacity,
            Events = new ExecutorEvents(listeners),
        });
        Scheduler.Use(this);
    }

    public FakeTimeProvider Clock { get; } = new();

    public Scheduler Scheduler { get; }

    public override int MaxSlots => 1;

    /// <summary>How many tasks more slots could run.</summary>
    public int Wanted { get; private set; }

    public override void Demand(int waiting) => Wanted = waiting;

    public override SourceSnapshot Snapshot() =>
        new([.. _slots.Select(static slot => new SlotReport(slot, WorkerState.Idle, TimeSpan.Zero, TasksDone: 0, ResidentBytes: null))]);

    public override ValueTask CloseAsync() => ValueTask.CompletedTask;

    /// <summary>Adds a slot that takes tasks at once.</summary>
    public TestSlot Open(int window = 1, params string[] labels) => Open(new TestSlot(_slots.Count + 1, window, labels));

    /// <summary>Adds a slot that runs so many tasks at once.</summary>
    public TestSlot OpenWith(int atOnce) => Open(new TestSlot(_slots.Count + 1) { AtOnce = atOnce });

    private TestSlot Open(TestSlot slot)
    {
        _slots.Add(slot);
        Scheduler.Add(slot);
        Scheduler.Open(slot);
        return slot;
    }

    /// <summary>Submits a task that requires these labels.</summary>
    public FakeItem Submit(params string[] labels) => Submit(new FakeItem(Scheduler.NextId()) { Requires = LabelSet.Of(labels) });

    public FakeItem Submit(FakeItem item)
    {
        Scheduler.Submit(item);
        return item;
    }

    /// <summary>The task starts, and returns.</summary>
    public void Finish(TestSlot slot, FakeItem item)
    {
        Scheduler.Started(slot, item);
        Scheduler.Finished(slot, item, new Outcome.Result<int>(0));
    }
}
