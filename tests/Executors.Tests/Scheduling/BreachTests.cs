using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Tests.Scheduling;

public sealed class BreachTests
{
    [Theory(Timeout = Waiting.Hang)]
    [InlineData(true, 5)]
    [InlineData(false, 50)]
    [Trait("Conformance", "J114")]
    public async Task A_task_that_no_worker_lives_to_start_ends_after_five_that_may_have_died_of_it_or_fifty_that_have_not(bool isSuspect, int deaths)
    {
        var scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.Zero,
            TimeProvider = TimeProvider.System,
            Logger = NullLogger.Instance,
        });
        var slots = new Stack<DyingSlot>(Enumerable.Range(0, 60).Select(_ => new DyingSlot(scheduler, isSuspect)));
        scheduler.Starved = () => scheduler.Attach(slots.Pop());
        Func<int, int> work = Basics.Square;
        var item = new SubmittedItem<int, int>(
            1, MethodEntries<int, int>.Of(work, CallKind.Plain, PayloadFormat.Default), CallForms<int, int>.For(CallKind.Plain).Form, work, 0, SubmitOptions.Default, default);

        scheduler.Submit(item);

        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => item.Task)).Failure;
        Assert.Equal((FailureCause.Crash, TaskPhase.NotStarted), (facts.Cause, facts.Phase));
        Assert.Equal(60 - deaths, slots.Count);
    }

    private sealed class DyingSlot(Scheduler scheduler, bool isSuspect) : Slot
    {
        public override void Send(WorkItem item) => scheduler.Lost(this, Describe, _ => isSuspect);

        public override void RequestEnd(WorkItem item)
        {
        }

        public override void ForceEnd(WorkItem item)
        {
        }

        public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.Crash, Phase = TaskPhase.NotStarted };
    }
}
