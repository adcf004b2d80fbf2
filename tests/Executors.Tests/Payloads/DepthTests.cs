using Offloop.Payloads;

namespace Offloop.Tests.Payloads;

/// <summary>How deep and how large a payload may be, and which task fails if it is more.</summary>
public sealed class DepthTests(SharedProcessPool shared) : IClassFixture<SharedProcessPool>
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_payload_of_the_greatest_depth_travels_both_ways()
    {
        Chain? chain = await shared.Executor.SubmitAsync(Nesting.Echo, Chain.Of(PayloadJson.MaxDepth));
        int depth = 0;
        for (; chain is not null; chain = chain.Next)
            depth++;
        Assert.Equal(PayloadJson.MaxDepth, depth);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)]
    [Trait("Conformance", "J114")]
    public async Task A_deeper_one_is_the_error_of_its_task(int more)
    {
        int before = await shared.Executor.SubmitAsync(Basics.ProcessId);

        var argument = await Assert.ThrowsAsync<ExecutorException>(
            () => shared.Executor.SubmitAsync(Nesting.Echo, Chain.Of(PayloadJson.MaxDepth + more)));
        var result = await Assert.ThrowsAsync<ExecutorException>(
            () => shared.Executor.SubmitAsync(Nesting.Deep, PayloadJson.MaxDepth + more));

        Assert.Equal((FailureCause.Payload, TaskPhase.NotStarted), (argument.Failure.Cause, argument.Failure.Phase));
        Assert.Equal((FailureCause.Payload, TaskPhase.ResultLost), (result.Failure.Cause, result.Failure.Phase));
        Assert.Equal(before, await shared.Executor.SubmitAsync(Basics.ProcessId));
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("]")]
    [InlineData("1,2")]
    [InlineData("{\"a\":")]
    [InlineData("")]
    [InlineData(
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    [Trait("Conformance", "J114")]
    public async Task A_converter_that_writes_what_is_no_JSON_breaks_no_message(string text)
    {
        int before = await shared.Executor.SubmitAsync(Basics.ProcessId);

        var error = await Assert.ThrowsAsync<ExecutorException>(() => shared.Executor.SubmitAsync(Nesting.Raw, text));

        Assert.Equal((FailureCause.Payload, TaskPhase.ResultLost), (error.Failure.Cause, error.Failure.Phase));
        Assert.Equal(before, await shared.Executor.SubmitAsync(Basics.ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_exception_with_two_hundred_causes_travels_without_the_last_of_them()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => shared.Executor.SubmitAsync(Nesting.Throw, 200));

        Assert.Equal("number 199", error.Message);
        int causes = 0;
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException)
            causes++;
        Assert.InRange(causes, 10, 32);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData(10_000)]
    [InlineData(500_000)] // by the data pipe
    [Trait("Conformance", "J114")]
    public async Task What_is_larger_than_MaxMessageBytes_is_the_error_of_its_task(int limit)
    {
        await using var pool = new ProcessPoolExecutor(
            new ProcessPoolOptions { MaxWorkers = 1, MaxMessageBytes = limit, StartTimeout = Waiting.ForStart });
        int before = await pool.SubmitAsync(Basics.ProcessId);

        var argument = await Assert.ThrowsAsync<ExecutorException>(() => pool.SubmitAsync(Basics.Echo, new byte[limit + 1]));
        var result = await Assert.ThrowsAsync<ExecutorException>(
            () => pool.SubmitAsync(static (int length) => new byte[length], limit + 1));

        Assert.Contains("MaxMessageBytes", argument.Message, StringComparison.Ordinal);
        Assert.Contains("MaxMessageBytes", result.Message, StringComparison.Ordinal);
        Assert.Equal(limit, (await pool.SubmitAsync(Basics.Echo, new byte[limit])).Length);
        Assert.Equal(before, await pool.SubmitAsync(Basics.ProcessId));
    }
}
