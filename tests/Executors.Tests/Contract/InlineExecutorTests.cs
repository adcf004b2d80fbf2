namespace Offloop.Tests;

public class InlineExecutorTests : ExecutorContractTests
{
    protected override bool RoundTrips => false;

    protected override Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return new InlineExecutor(setup.ToInline(RoundTrips));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I110")]
    public async Task A_task_stops_the_loop_that_submits_it()
    {
        await using var point = new MeetingPoint();
        using var loop = new SingleThreadLoop();
        Task<int> task = null!;
        Task submitted = loop.RunAsync(() => task = SharedExecutor.SubmitAsync(Rendezvous.Wait, point.For()));
        Visitor visitor = await point.NextAsync();

        int before = loop.Ticks;
        await Task.Delay(200); // long enough for dozens of ticks; none can come, however slow the machine
        Assert.Equal(before, loop.Ticks);

        visitor.LetGo();
        await submitted;
        await loop.MoreTicksAsync(3);
        Assert.True(task.IsCompletedSuccessfully);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_has_ended_when_the_submit_returns()
    {
        Task<int> task = SharedExecutor.SubmitAsync(Basics.Square, 6);
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Equal(36, await task);
    }
}

public sealed class InlineRoundTripTests : InlineExecutorTests
{
    protected override bool RoundTrips => true;
}
