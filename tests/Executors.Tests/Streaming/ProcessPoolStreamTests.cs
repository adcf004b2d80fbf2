namespace Offloop.Tests.Streaming;

public sealed class ProcessPoolStreamTests(SharedProcessPool shared)
    : WorkerStreamContractTests(ExecutorKind.Processes, shared), IClassFixture<SharedProcessPool>
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task An_item_over_the_limit_is_an_error_that_says_so_and_the_worker_lives()
    {
        await using var pool = new ProcessPoolExecutor(new ExecutorSetup().ToProcesses() with { MaxMessageBytes = 200_000 });
        int process = await pool.SubmitAsync(Basics.ProcessId);
        List<byte[]> items = [];
        var error = await Assert.ThrowsAsync<ExecutorException>(() => ConsumeAsync(pool.StreamAsync(Streams.SmallAndLarge, 2), items));
        Assert.Equal(FailureCause.Payload, error.Failure.Cause);
        Assert.Contains("The item has 300000 bytes, more than the MaxMessageBytes of 200000", error.Message, StringComparison.Ordinal);
        Assert.Single(items);
        Assert.Equal(process, await pool.SubmitAsync(Basics.ProcessId));
    }
}
