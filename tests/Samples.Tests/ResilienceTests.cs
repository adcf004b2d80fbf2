namespace Offloop.Tests;

public sealed class ResilienceTests
{
    [Fact(Timeout = Sample.Patience)]
    public async Task What_may_be_done_twice_is_tried_again_and_a_server_that_is_down_is_left_alone()
    {
        string[] lines = await Sample.RunAsync(0, "Resilience", "3"); // seconds for each try, so that a loaded machine times nothing out

        Assert.Equal(Page.Output("Resilience"), Sample.Printed(lines));
        Assert.Contains("hangs-once: the page hangs-once, after 2 calls", lines);
        Assert.Contains("order: Crash while Running, so it may be done: 1 call", lines);
        Assert.Contains("down, request 2: BrokenCircuitException after 4 calls", lines);
    }
}
