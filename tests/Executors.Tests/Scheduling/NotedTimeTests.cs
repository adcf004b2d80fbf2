using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

/// <summary>What a slot says comes late or never, and what it has noted is there: time is judged by that.</summary>
public sealed class NotedTimeTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_arrival = TimeSpan.FromSeconds(2);

    private readonly TestScheduler _test = new();
    private readonly TestSlot _slot;

    public NotedTimeTests()
    {
        _slot = _test.Open();
        _slot.Noted = TaskPhase.NotStarted;
    }

    [Fact]
    public void A_task_whose_start_is_noted_and_never_told_is_asked_to_end_at_its_timeout()
    {
        Submit();
        _test.Clock.Advance(s_look);
        _slot.Noted = TaskPhase.Running;
        _test.Clock.Advance(s_look);

        _test.Clock.Advance(s_timeout - TimeSpan.FromMilliseconds(1));
        Assert.Equal(["send 1"], _slot.Calls);
        _test.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["send 1", "end 1"], _slot.Calls);
    }

    [Fact]
    public void A_task_that_has_not_started_does_not_time_out()
    {
        FakeItem item = Submit();

        _test.Clock.Advance(10 * s_timeout);

        Assert.Equal(["send 1"], _slot.Calls);
        Assert.False(item.Outcome.IsCompleted);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(TaskPhase.ResultLost)]
    [InlineData(TaskPhase.Unknown)] // it has just left the slot
    public async Task An_end_within_the_time_that_arrives_after_it_counts(TaskPhase noted)
    {
        FakeItem item = Run();
        _slot.Noted = noted;
        _test.Clock.Advance(s_timeout);
        Assert.False(item.Outcome.IsCompleted);

        _test.Scheduler.Finished(_slot, item, new Outcome.Result<int>(1), took: s_timeout);

        Assert.Equal(new Outcome.Result<int>(1), await item.Outcome);
        Assert.Equal(["send 1"], _slot.Calls);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_end_after_the_time_is_a_timeout_by_the_slots_measurement()
    {
        FakeItem item = Run();
        _slot.Noted = TaskPhase.ResultLost;
        _test.Clock.Advance(s_timeout);

        _test.Scheduler.Finished(_slot, item, new Outcome.Result<int>(1), took: s_timeout + TimeSpan.FromMilliseconds(1));

        var failed = Assert.IsType<Outcome.Failed>(await item.Outcome);
        Assert.IsType<TaskTimeoutException>(failed.Exception);
        Assert.Equal(1, _test.Scheduler.Snapshot().TimedOut);
    }

    [Fact]
    public void An_end_that_is_noted_and_does_not_arrive_is_waited_for_once()
    {
        Run();
        _slot.Noted = TaskPhase.ResultLost;
        _test.Clock.Advance(s_timeout);
        Assert.Equal(["send 1"], _slot.Calls);

        _test.Clock.Advance(s_arrival);
        Assert.Equal(["send 1", "end 1"], _slot.Calls);
        _test.Clock.Advance(TestScheduler.Grace);

        Assert.Equal(["send 1", "end 1", "force 1"], _slot.Calls);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_end_within_the_time_counts_even_if_it_arrives_after_the_task_was_asked_to_end()
    {
        FakeItem item = Run();
        _slot.Noted = TaskPhase.ResultLost;
        _test.Clock.Advance(s_timeout);
        _test.Clock.Advance(s_arrival);
        Assert.Equal(["send 1", "end 1"], _slot.Calls);

        _test.Scheduler.Finished(_slot, item, new Outcome.Result<int>(1), took: s_timeout);

        Assert.Equal(new Outcome.Result<int>(1), await item.Outcome);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_cancelled_task_that_ended_within_its_grace_is_not_ended_by_force()
    {
        using var cancellation = new CancellationTokenSource();
        FakeItem item = Run(cancellation.Token);
        await cancellation.CancelAsync();
        _slot.Noted = TaskPhase.ResultLost;
        _test.Clock.Advance(TestScheduler.Grace);

        _test.Scheduler.Finished(_slot, item, new Outcome.Result<int>(1));

        Assert.Equal(new Outcome.Result<int>(1), await item.Outcome);
        Assert.Equal(["send 1", "end 1"], _slot.Calls);
    }

    private FakeItem Submit(CancellationToken cancellationToken = default) =>
        _test.Submit(new FakeItem(_test.Scheduler.NextId(), new SubmitOptions { Timeout = s_timeout }, cancellationToken));

    private FakeItem Run(CancellationToken cancellationToken = default)
    {
        FakeItem item = Submit(cancellationToken);
        _test.Scheduler.Started(_slot, item);
        _slot.Noted = TaskPhase.Running;
        return item;
    }
}
