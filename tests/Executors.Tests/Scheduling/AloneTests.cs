using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

/// <summary>Tasks that ran beside others when their slot was lost, and run alone after that.</summary>
public sealed class AloneTests
{
    private static readonly SubmitOptions s_retry = new() { CrashRetries = 3 };

    [Fact]
    public void A_task_that_may_be_guilty_has_the_slot_for_itself_and_the_next_one_follows_it()
    {
        var test = new TestScheduler();
        TestSlot lost = test.OpenWith(3);
        FakeItem[] items = [Retried(test), Retried(test), Retried(test)];
        Lose(test, lost, items);
        TestSlot next = test.OpenWith(3);
        test.Submit();

        Assert.Equal(["send 1"], next.Calls);
        test.Finish(next, items[0]);
        test.Finish(next, items[1]);
        Assert.Equal(["send 1", "send 2", "send 3"], next.Calls);
        test.Finish(next, items[2]);
        Assert.Equal("send 4", next.Calls[^1]);
        test.Scheduler.RequireInvariants();
    }

    [Fact]
    public void A_task_whose_neighbour_is_known_to_be_guilty_may_have_company_again()
    {
        var test = new TestScheduler();
        TestSlot lost = test.OpenWith(2);
        FakeItem[] items = [Retried(test), Retried(test)];
        Lose(test, lost, items, endedBy: items[1].Id);

        TestSlot next = test.OpenWith(3);
        TestSlot other = test.OpenWith(3);
        test.Submit();

        Assert.Equal(["send 1", "send 3"], next.Calls);
        Assert.Equal(["send 2"], other.Calls);
    }

    [Fact]
    public void A_slot_is_kept_for_it_until_that_has_no_task_while_the_others_go_on()
    {
        var test = new TestScheduler();
        TestSlot lost = test.OpenWith(2);
        FakeItem alone = Retried(test);
        FakeItem innocent = test.Submit();
        TestSlot first = test.OpenWith(2);
        TestSlot second = test.OpenWith(2);
        FakeItem[] others = [.. Enumerable.Range(0, 4).Select(_ => test.Submit())];
        Assert.Equal((2, 2), (first.Calls.Count, second.Calls.Count));
        Lose(test, lost, [alone, innocent]);

        TestSlot kept = Assert.IsType<TestSlot>(test.Scheduler.Kept);
        TestSlot other = kept == first ? second : first;
        test.Finish(kept, others.First(item => item.Entry?.Slot == kept));
        FakeItem late = test.Submit(); // there is room in the slot that is kept, but not for this one
        Assert.Equal((2, 2), (kept.Calls.Count, other.Calls.Count));
        test.Finish(other, others.First(item => item.Entry?.Slot == other));
        Assert.Equal($"send {late.Id}", other.Calls[^1]);
        test.Finish(kept, others.First(item => item.Entry?.Slot == kept));

        Assert.Equal("send 1", kept.Calls[^1]);
        Assert.Null(test.Scheduler.Kept);
        test.Submit();
        Assert.Equal("send 1", kept.Calls[^1]);
        test.Scheduler.RequireInvariants();
    }

    [Fact]
    public void A_slot_is_kept_no_longer_when_the_task_is_cancelled()
    {
        var test = new TestScheduler();
        TestSlot lost = test.OpenWith(2);
        FakeItem alone = Retried(test);
        FakeItem innocent = test.Submit();
        TestSlot slot = test.OpenWith(2);
        test.Submit();
        Lose(test, lost, [alone, innocent]);
        FakeItem waits = test.Submit();
        Assert.Same(slot, test.Scheduler.Kept);

        test.Scheduler.Cancel(alone);

        Assert.Equal($"send {waits.Id}", slot.Calls[^1]);
        Assert.Null(test.Scheduler.Kept);
    }

    private static FakeItem Retried(TestScheduler test) => test.Submit(new FakeItem(test.Scheduler.NextId(), s_retry));

    /// <summary>The slot dies while these tasks run there beside each other.</summary>
    private static void Lose(TestScheduler test, TestSlot slot, FakeItem[] items, long? endedBy = null)
    {
        TaskFailure facts = slot.Facts.ToFailure(FailureCause.Crash, TaskPhase.Running, attempt: 1) with
        {
            SharedWith = [new TaskNeighbour { TaskId = 0, Name = "another" }],
            EndedBy = endedBy,
        };
        test.Scheduler.Lost(slot, new SlotLoss
        {
            Otherwise = facts,
            Tasks = items.ToDictionary(static item => (WorkItem)item, _ => new TaskLoss(facts, IsSuspect: false)),
        });
    }
}
