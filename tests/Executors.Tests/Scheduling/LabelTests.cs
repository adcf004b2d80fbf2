namespace Offloop.Tests.Scheduling;

public sealed class LabelTests
{
    [Fact]
    public void A_task_that_requires_a_label_waits_for_it_and_holds_up_no_other()
    {
        var test = new TestScheduler();
        TestSlot plain = test.Open();
        TestSlot special = test.Open(window: 1, "gpu");
        FakeItem first = test.Submit("gpu");
        test.Submit("gpu");
        FakeItem anywhere = test.Submit();
        Assert.Equal(["send 1"], special.Calls);
        Assert.Equal(["send 3"], plain.Calls);

        test.Finish(plain, anywhere);
        Assert.Equal(["send 3"], plain.Calls); // it lacks the label, however idle it is

        test.Finish(special, first);
        Assert.Equal(["send 1", "send 2"], special.Calls);
    }

    [Fact]
    public void A_task_without_a_label_leaves_the_special_slot_to_others()
    {
        var test = new TestScheduler();
        TestSlot special = test.Open(window: 1, "gpu");
        TestSlot plain = test.Open();
        test.Submit();
        test.Submit();
        Assert.Equal(["send 1"], plain.Calls);
        Assert.Equal(["send 2"], special.Calls); // nothing waits while a slot could run it
    }

    [Fact]
    public void A_slot_needs_all_the_labels_of_a_task()
    {
        var test = new TestScheduler();
        TestSlot one = test.Open(window: 1, "gpu");
        test.Submit("gpu", "large");
        Assert.Empty(one.Calls);
        TestSlot both = test.Open(window: 1, "large", "fast", "gpu");
        Assert.Equal(["send 1"], both.Calls);
    }

    [Fact]
    public void A_queue_that_is_full_of_tasks_for_a_label_lets_others_pass()
    {
        var test = new TestScheduler(queueCapacity: 2);
        TestSlot plain = test.Open();
        FakeItem busy = test.Submit();
        test.Submit("gpu");
        test.Submit("gpu"); // no slot has it, and the queue is full now
        FakeItem next = test.Submit();
        FakeItem last = test.Submit();

        test.Finish(plain, busy);
        test.Finish(plain, next);
        test.Finish(plain, last);

        Assert.Equal(["send 1", "send 4", "send 5"], plain.Calls);
        Assert.Equal((2, 2), (test.Scheduler.Snapshot().Queued, test.Wanted));
        TestSlot special = test.Open(window: 1, "gpu");
        Assert.Equal(["send 2"], special.Calls);
    }

    [Fact]
    public void A_task_that_requires_a_label_keeps_its_priority_among_those_that_do_not()
    {
        var test = new TestScheduler();
        var urgent = new FakeItem(test.Scheduler.NextId(), new SubmitOptions { Priority = 1 })
        {
            Requires = LabelSet.Of("gpu"),
        };
        test.Submit();
        test.Submit(urgent);
        TestSlot special = test.Open(window: 1, "gpu");
        Assert.Equal([$"send {urgent.Id}"], special.Calls);
    }
}
