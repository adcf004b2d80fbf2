using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Tests.Scheduling;

/// <summary>How events reach listeners, whatever executor tells them.</summary>
public sealed class ExecutorEventsTests
{
    [Fact]
    public void Nothing_is_made_for_listeners_that_do_not_hear_of_tasks()
    {
        var listener = new TestListener(hearsTasks: false);
        var test = new TestScheduler(int.MaxValue, listener);
        TestSlot slot = test.Open();
        int named = 0;
        var item = new FakeItem(1) { OnNamed = () => named++ };
        test.Submit(item);
        Assert.False(slot.ReportsStart);
        test.Finish(slot, item);
        Assert.Equal(0, named);
        Assert.Empty(listener.Heard);

        test.Scheduler.Options.Events.Listen(new TestListener());
        item = new FakeItem(2) { OnNamed = () => named++ };
        test.Submit(item);
        Assert.True(slot.ReportsStart);
        test.Finish(slot, item);
        Assert.NotEqual(0, named);
        Assert.Empty(listener.Heard);
    }

    [Fact]
    public void A_listener_hears_from_when_it_is_added_until_it_is_removed()
    {
        var events = new ExecutorEvents();
        var listener = new TestListener();
        Assert.False(events.HearsTasks);
        events.Tell(new WorkerStarting(1));
        events.Listen(listener);
        Assert.True(events.HearsTasks);
        events.Tell(new WorkerStarting(2));
        events.Forget(listener);
        Assert.False(events.HearsTasks);
        events.Tell(new WorkerStarting(3));
        Assert.Equal([new WorkerStarting(2)], listener.Heard);
    }

    [Fact]
    public void A_listener_that_throws_keeps_nothing_from_the_next()
    {
        var listener = new TestListener();
        var events = new ExecutorEvents(
            new TestListener { OnEvent = static _ => throw new InvalidOperationException("the listener's") }, listener);
        events.Tell(new WorkerStarting(1));
        Assert.Equal([new WorkerStarting(1)], listener.Heard);
    }

    [Fact]
    public void Each_step_of_a_task_that_loses_its_slot_is_told()
    {
        var listener = new TestListener();
        var test = new TestScheduler(int.MaxValue, listener);
        var item = new FakeItem(1, new SubmitOptions { CrashRetries = 1 });
        TestSlot slot = test.Open();
        test.Submit(item);
        test.Scheduler.Started(slot, item);
        TaskFailure crash = slot.Facts.ToFailure(FailureCause.Crash, TaskPhase.Running, attempt: 1);
        test.Scheduler.Lost(slot, new SlotLoss { Otherwise = crash });
        TestSlot other = test.Open();
        test.Scheduler.GivenBack(other, [item]);
        test.Finish(other, item);

        var first = new TaskFacts(1, "Fake", Attempt: 1);
        var second = new TaskFacts(1, "Fake", Attempt: 2);
        Assert.Equal(
            [
                new TaskAssigned(first, 1, 1001), new TaskStarted(first, 1, 1001), new TaskRequeued(second, Lost: null),
                new TaskAssigned(second, 2, 1002), new TaskRequeued(second, Lost: null),
                new TaskAssigned(second, 2, 1002), new TaskStarted(second, 2, 1002), new TaskEnded(second, OutcomeKind.Succeeded, null),
            ],
            listener.OfTask(1).Select(static told => told is TaskRequeued requeued ? requeued with { Lost = null } : told));
        TaskFailure?[] losses = [.. listener.Heard.OfType<TaskRequeued>().Select(static requeued => requeued.Lost)];
        Assert.Equal((FailureCause.Crash, TaskPhase.Running), (losses[0]!.Cause, losses[0]!.Phase));
        Assert.Null(losses[1]);
    }

    [Fact]
    public void A_task_that_waits_for_room_is_told_to_be_queued_when_there_is_some()
    {
        var listener = new TestListener();
        var test = new TestScheduler(queueCapacity: 1, listener);
        TestSlot slot = test.Open();
        FakeItem first = test.Submit();
        FakeItem second = test.Submit();
        FakeItem third = test.Submit();
        test.Finish(slot, first);
        test.Finish(slot, second);
        Assert.Equal(
            [typeof(TaskQueued), typeof(TaskAssigned), typeof(TaskStarted), typeof(TaskEnded)], TestListener.TypesOf(listener.OfTask(2)));
        Assert.Equal([typeof(TaskWaiting), typeof(TaskQueued), typeof(TaskAssigned)], TestListener.TypesOf(listener.OfTask(third.Id)));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_events_of_one_task_keep_their_order_when_another_thread_decides_the_next()
    {
        // The thread that submits is still telling that the task is queued when another thread opens a slot for it.
        using var opened = new ManualResetEventSlim();
        var telling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = new TestListener
        {
            OnEvent = happened =>
            {
                if (happened is TaskQueued)
                {
                    telling.SetResult();
                    opened.Wait();
                }
            },
        };
        var listener = new TestListener();
        var test = new TestScheduler(int.MaxValue, slow, listener);
        Task submitting = Task.Factory.StartNew(
            () => test.Submit(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await telling.Task;
        TestSlot slot = test.Open();
        Assert.Equal(["send 1"], slot.Calls); // nothing waits for a listener
        opened.Set();
        await submitting;
        Assert.Equal([typeof(TaskQueued), typeof(TaskAssigned)], TestListener.TypesOf(listener.OfTask(1)));
    }

    [Fact]
    public void A_listener_that_uses_the_executor_hears_of_that_after_what_it_hears_now()
    {
        TestScheduler? test = null;
        var busy = new TestListener
        {
            OnEvent = happened =>
            {
                if (happened is TaskEnded { Task.Id: 1 })
                    test!.Submit();
            },
        };
        var listener = new TestListener();
        test = new TestScheduler(int.MaxValue, busy, listener);
        TestSlot slot = test.Open();
        test.Finish(slot, test.Submit());
        Assert.Equal([1, 1, 1, 2], listener.Heard.OfType<TaskEvent>().Select(static told => told.Task.Id));
    }

    [Fact]
    public void A_scheduler_that_breaks_says_so_once()
    {
        var listener = new TestListener();
        var test = new TestScheduler(int.MaxValue, listener);
        TestSlot slot = test.Open();
        FakeItem item = test.Submit();
        _ = test.Scheduler.ShutdownAsync(ShutdownMode.Drain); // it waits for the task
        test.Scheduler.Break("the first reason", slot.Facts.ToFailure(FailureCause.StartFailure, TaskPhase.NotStarted, attempt: 0));
        test.Scheduler.Break("the second reason", slot.Facts.ToFailure(FailureCause.StartFailure, TaskPhase.NotStarted, attempt: 0));
        test.Finish(slot, item);
        Assert.Equal(
            [new ExecutorStateChanged(ExecutorState.ShuttingDown), new ExecutorStateChanged(ExecutorState.Broken, "the first reason")],
            listener.Heard.OfType<ExecutorStateChanged>());
    }
}
