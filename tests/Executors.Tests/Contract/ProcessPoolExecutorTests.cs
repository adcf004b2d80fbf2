namespace Offloop.Tests;

public sealed class ProcessPoolExecutorTests(SharedProcessPool shared) : WorkerExecutorContractTests, IClassFixture<SharedProcessPool>
{
    protected override Executor SharedExecutor => shared.Executor;

    protected override bool RoundTrips => true;

    protected override Executor Create(ExecutorSetup setup) => shared.Create(setup);
}

/// <summary>Workers that run several tasks at once behave to their callers as any other executor.</summary>
public abstract class ThreadedExecutorTests(int threads, Executor shared) : ExecutorContractTests
{
    protected override Executor SharedExecutor => shared;

    protected override bool RoundTrips => true;

    protected override Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return new ProcessPoolExecutor(setup.ToProcesses(threads));
    }
}

public sealed class ProcessesOfTwoThreadsTests(SharedThreadedPool.OfTwo shared)
    : ThreadedExecutorTests(2, shared.Executor), IClassFixture<SharedThreadedPool.OfTwo>;

public sealed class ProcessesOfSixteenThreadsTests(SharedThreadedPool.OfSixteen shared)
    : ThreadedExecutorTests(16, shared.Executor), IClassFixture<SharedThreadedPool.OfSixteen>;

/// <summary>One pool of workers with several threads for all tests of a class that do not need their own.</summary>
public abstract class SharedThreadedPool(int threads) : IAsyncDisposable
{
    public ProcessPoolExecutor Executor { get; } = new(new ExecutorSetup().ToProcesses(threads));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Executor.DisposeAsync();
    }

    public sealed class OfTwo() : SharedThreadedPool(2);

    public sealed class OfSixteen() : SharedThreadedPool(16);
}

/// <summary>One pool for all tests of a class that do not need their own.</summary>
public sealed class SharedProcessPool : IExecutorSource, IAsyncDisposable
{
    public SharedProcessPool() => Executor = new ProcessPoolExecutor(new ExecutorSetup { Workers = 2 }.ToProcesses());

    public ProcessPoolExecutor Executor { get; }

    Executor IExecutorSource.Executor => Executor;

    public Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return new ProcessPoolExecutor(setup.ToProcesses());
    }

    public async ValueTask DisposeAsync()
    {
        int[] processes = [.. Executor.GetSnapshot().Workers.Select(worker => worker.ProcessId).OfType<int>()];
        await Executor.DisposeAsync();
        Assert.DoesNotContain(processes, Waiting.IsAlive);
    }
}
