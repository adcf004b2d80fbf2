using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

/// <summary>A slot was told to end a task by force, and nobody ever sees that it did.</summary>
public sealed class GivenUpSlotTests
{
    private readonly TestScheduler _test;
    private readonly TestSlot _slot;

    public GivenUpSlotTests()
    {
        _test = new TestScheduler();
        _slot = _test.Open();
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_cancelled_task_is_cancelled_when_the_patience_is_over_and_not_before()
    {
        using var cancellation = new CancellationTokenSource();
        FakeItem item = Run(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        Assert.Equal(["send 1", "end 1"], _slot.Calls);
        _test.Clock.Advance(TestScheduler.Grace);
        Assert.Equal(["send 1", "end 1", "force 1"], _slot.Calls);
        _test.Clock.Advance(TestScheduler.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(item.Outcome.IsCompleted);

        _test.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new Outcome.Cancelled(cancellation.Token), await item.Outcome);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_out_of_time_has_timed_out_and_nobody_knows_how_far_it_came()
    {
        FakeItem item = Run(new SubmitOptions { Timeout = TimeSpan.FromSeconds(5) });
        _test.Clock.Advance(TimeSpan.FromSeconds(5));
        GiveUp();

        var failed = Assert.IsType<Outcome.Failed>(await item.Outcome);
        TaskFailure facts = Assert.IsType<TaskTimeoutException>(failed.Exception).Failure;
        Assert.Equal((FailureCause.Timeout, TaskPhase.Unknown, 1), (facts.Cause, facts.Phase, facts.WorkerId));
        Assert.Equal(1, _test.Scheduler.Snapshot().TimedOut);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Its_other_tasks_are_lost_with_it_and_are_not_run_again()
    {
        TestSlot wide = _test.Open(window: 2, "wide");
        using var cancellation = new CancellationTokenSource();
        FakeItem first = Run(wide, new FakeItem(1, cancellationToken: cancellation.Token) { Requires = wide.Labels });
        // One that asks to travel with others is sent ahead of its turn.
        FakeItem second = _test.Submit(new FakeItem(2) { Requires = wide.Labels, ChunkSize = 2 });
        Assert.Equal(["send 1", "send 2"], wide.Calls);
        await cancellation.CancelAsync();
        GiveUp();

        Assert.IsType<Outcome.Cancelled>(await first.Outcome);
        var lost = Assert.IsType<Outcome.Failed>(await second.Outcome);
        TaskFailure facts = Assert.IsType<WorkerLostException>(lost.Exception).Failure;
        Assert.Equal((FailureCause.Unresponsive, TaskPhase.Unknown), (facts.Cause, facts.Phase));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_whose_end_is_on_its_way_from_a_lost_slot_is_not_run_again_after_a_kill()
    {
        FakeItem item = Run(new SubmitOptions { CrashRetries = 1 });
        TaskFailure facts = _slot.Facts.ToFailure(FailureCause.Crash, TaskPhase.Running, attempt: 1);
        _test.Scheduler.Lost(_slot, new SlotLoss { Otherwise = facts, Ending = new HashSet<WorkItem> { item } });
        Task shutdown = _test.Scheduler.ShutdownAsync(ShutdownMode.Kill);

        _test.Scheduler.GivenUp(_slot, item, facts); // it did not arrive

        var failed = Assert.IsType<Outcome.Failed>(await item.Outcome);
        Assert.Equal(FailureCause.Shutdown, Assert.IsType<WorkerLostException>(failed.Exception).Failure.Cause);
        await shutdown;
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Another_slot_takes_its_place_and_its_late_word_counts_for_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        FakeItem item = Run(cancellationToken: cancellation.Token);
        FakeItem next = _test.Submit();
        await cancellation.CancelAsync();
        GiveUp();
        await item.Outcome;
        Assert.Equal((1, 1), (_test.Scheduler.Snapshot().Queued, _test.Wanted)); // nothing is sent to it any more

        TestSlot other = _test.Open();
        Assert.Equal([$"send {next.Id}"], other.Calls);
        _test.Scheduler.Finished(_slot, item, new Outcome.Result<int>(1));
        _test.Scheduler.Lost(_slot, _slot.GiveUp());
        _test.Finish(other, next);

        Assert.IsType<Outcome.Result<int>>(await next.Outcome);
        ExecutorSnapshot now = _test.Scheduler.Snapshot();
        Assert.Equal((1, 1, 0, 0), (now.Succeeded, now.Cancelled, now.Lost, now.Running));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_shutdown_waits_no_longer_for_it_than_the_patience()
    {
        FakeItem item = Run();
        Task drained = _test.Scheduler.ShutdownAsync(ShutdownMode.Kill);
        Assert.Equal(["send 1", "end 1", "force 1"], _slot.Calls);
        Assert.False(drained.IsCompleted);

        _test.Clock.Advance(TestScheduler.Patience);

        await drained;
        var lost = Assert.IsType<Outcome.Failed>(await item.Outcome);
        TaskFailure facts = Assert.IsType<WorkerLostException>(lost.Exception).Failure;
        Assert.Equal((FailureCause.Shutdown, TaskPhase.Unknown), (facts.Cause, facts.Phase));
    }

    /// <summary>A task that runs on the slot from now on.</summary>
    private FakeItem Run(SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(_slot, new FakeItem(_test.Scheduler.NextId(), options, cancellationToken));

    private FakeItem Run(TestSlot slot, FakeItem item)
    {
        _test.Submit(item);
        _test.Scheduler.Started(slot, item);
        return item;
    }

    /// <summary>Lets the time pass from the request to end until nobody waits any more.</summary>
    private void GiveUp()
    {
        _test.Clock.Advance(TestScheduler.Grace);
        _test.Clock.Advance(TestScheduler.Patience);
    }
}
