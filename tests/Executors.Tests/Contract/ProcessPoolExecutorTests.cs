namespace Offloop.Tests;

public sealed class ProcessPoolExecutorTests(SharedProcessPool shared) : OffloadingExecutorTests, IClassFixture<SharedProcessPool>
{
    protected override Executor SharedExecutor => shared.Executor;

    protected override bool RoundTrips => true;

    protected override Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return new ProcessPoolExecutor(setup.ToProcesses());
    }

    protected override async Task AssertEndedByForceAsync(Executor executor, Visitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        Assert.Null(await visitor.HearAsync());
        await Waiting.UntilGoneAsync(visitor.ProcessId);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "A1")]
    public async Task Tasks_run_in_another_process() =>
        Assert.NotEqual(Environment.ProcessId, await SharedExecutor.SubmitAsync(Basics.ProcessId));

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F54")]
    [Trait("Conformance", "F56")]
    public async Task An_infinite_loop_is_killed_at_its_timeout()
    {
        await using Executor pool = Create(new ExecutorSetup { CancellationGrace = TimeSpan.Zero });

        var error = await Assert.ThrowsAsync<TaskTimeoutException>(
            () => pool.SubmitAsync(Timing.Spin, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) }));

        await Waiting.UntilGoneAsync(error.Failure.ProcessId!.Value);
        Assert.NotEqual(error.Failure.ProcessId, await pool.SubmitAsync(Basics.ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F64")]
    public async Task A_cooperative_task_leaves_its_process_alive()
    {
        await using var point = new MeetingPoint();
        await using Executor pool = Create(new ExecutorSetup { Clock = new ObservedClock() });
        int before = await pool.SubmitAsync(Basics.ProcessId);
        using var cancellation = new CancellationTokenSource();
        Task<int> task = pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For(), cancellationToken: cancellation.Token);
        await point.NextAsync();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);

        Assert.Equal(before, await pool.SubmitAsync(Basics.ProcessId));
    }
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
public sealed class SharedProcessPool : IAsyncDisposable
{
    public SharedProcessPool() => Executor = new ProcessPoolExecutor(new ExecutorSetup { Workers = 2 }.ToProcesses());

    public ProcessPoolExecutor Executor { get; }

    public async ValueTask DisposeAsync()
    {
        int[] processes = [.. Executor.GetSnapshot().Workers.Select(worker => worker.ProcessId).OfType<int>()];
        await Executor.DisposeAsync();
        Assert.DoesNotContain(processes, Waiting.IsAlive);
    }
}
