namespace Offloop.Tests.Streaming;

public class InlineStreamTests : StreamContractTests
{
    public InlineStreamTests()
        : this(ExecutorKind.Inline)
    {
    }

    protected InlineStreamTests(ExecutorKind kind)
        : base(kind)
    {
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_stream_runs_on_the_thread_of_its_consumer()
    {
        using var loop = new SingleThreadLoop();
        await loop.RunAsync(async () =>
        {
            await foreach (int thread in SharedExecutor.StreamAsync(Streams.Threads, 5))
            {
                Assert.Equal(loop.ThreadId, thread);
                await Task.Yield();
            }
        });
    }
}

public sealed class InlineRoundTripStreamTests() : InlineStreamTests(ExecutorKind.InlineRoundTrip);

public sealed class ProcessesOfTwoStreamTests() : StreamContractTests(ExecutorKind.ProcessesOfTwo);

public sealed class ThreadPoolStreamTests() : StreamContractTests(ExecutorKind.Threads);

public sealed class ThreadPoolRoundTripStreamTests() : StreamContractTests(ExecutorKind.ThreadsRoundTrip);
