using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Invocation;
using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

public sealed class BreachTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J114")]
    public async Task A_task_that_no_worker_lives_to_start_ends_after_five_of_them()
    {
        var scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.Zero,
            TimeProvider = TimeProvider.System,
            Logger = NullLogger.Instance,
        });
        var slots = new Stack<DyingSlot>(Enumerable.Range(0, 10).Select(_ => new DyingSlot(scheduler)));
        scheduler.Starved = () => scheduler.Attach(slots.Pop());
        Func<int, int> work = Basics.Square;
        var item = new SubmittedItem<int, int>(
            1, MethodEntries<int, int>.Of(work, CallKind.Plain, PayloadFormat.Default), CallForms<int, int>.For(CallKind.Plain).Form, work, 0, SubmitOptions.Default, default);

        scheduler.Submit(item);

        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => item.Task)).Failure;
        Assert.Equal((FailureCause.ProtocolError, TaskPhase.NotStarted), (facts.Cause, facts.Phase));
        Assert.Equal(5, slots.Count);
    }

    /// <summary>A worker that cannot read what it is sent.</summary>
    private sealed class DyingSlot(Scheduler scheduler) : Slot
    {
        public override void Send(WorkItem item) => scheduler.Lost(this, Describe);

        public override void RequestEnd(WorkItem item)
        {
        }

        public override void ForceEnd(WorkItem item)
        {
        }

        public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.ProtocolError, Phase = TaskPhase.NotStarted };
    }
}
