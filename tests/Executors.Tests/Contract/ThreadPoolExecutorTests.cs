namespace Offloop.Tests;

public class ThreadPoolExecutorTests : OffloadingExecutorTests
{
    protected override bool RoundTrips => false;

    protected override Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return new ThreadPoolExecutor(setup.ToThreads(RoundTrips));
    }

    protected override async Task AssertEndedByForceAsync(Executor executor, Visitor visitor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ArgumentNullException.ThrowIfNull(visitor);
        Assert.Equal(1, executor.GetSnapshot().AbandonedThreads);
        visitor.LetGo();
        await Waiting.UntilAsync(() => executor.GetSnapshot().AbandonedThreads == 0, "the abandoned thread ends with its task");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Tasks_run_on_threads_of_their_own()
    {
        (string? Name, bool IsPool) thread = await SharedExecutor.SubmitAsync(
            static () => (Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread));
        Assert.StartsWith("Offloop worker", thread.Name, StringComparison.Ordinal);
        Assert.False(thread.IsPool);
    }
}

public sealed class ThreadPoolRoundTripTests : ThreadPoolExecutorTests
{
    protected override bool RoundTrips => true;
}
