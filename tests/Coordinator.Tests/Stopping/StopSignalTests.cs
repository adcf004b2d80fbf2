using Offloop.Coordinator.Stopping;

namespace Offloop.Tests.Stopping;

public class StopSignalTests
{
    private readonly StopSignal _stop = new();

    [Fact]
    public async Task The_first_reason_to_end_is_the_one_that_counts()
    {
        Assert.True(_stop.Request(StopReason.Interrupted));
        Assert.False(_stop.Request(StopReason.Count));

        Assert.Equal(StopReason.Interrupted, await _stop.Reason);
    }

    [Fact]
    public async Task A_failure_keeps_its_problem()
    {
        _stop.Fail("the first problem");
        _stop.Fail("a later problem");

        Assert.Equal(StopReason.Failed, await _stop.Reason);
        Assert.Equal("the first problem", _stop.Problem);
    }

    [Fact]
    public void The_token_is_cancelled_by_the_supervisor_and_not_by_the_request()
    {
        _stop.Request(StopReason.Duration);

        Assert.True(_stop.IsRequested);
        Assert.False(_stop.Token.IsCancellationRequested);

        _stop.Cancel();
        Assert.True(_stop.Token.IsCancellationRequested);
    }
}
