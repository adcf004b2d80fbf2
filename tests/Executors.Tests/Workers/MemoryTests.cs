namespace Offloop.Tests.Workers;

public sealed class MemoryTests : SupervisionTests
{
    private const long Limit = 256 << 20;

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H94")]
    public async Task A_task_over_the_limit_is_killed_and_told_both_figures()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { MaxWorkerMemory = Limit });

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(Supervised.LeakAndWait, (400, point.For())));

        Assert.Equal(FailureCause.MemoryLimit, error.Failure.Cause);
        Assert.Equal(Limit, error.Failure.MemoryLimitBytes);
        Assert.True(error.Failure.ResidentBytes > Limit);
        Assert.Contains("MaxWorkerMemory", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(error.Failure.ProcessId, await pool.SubmitAsync(Basics.ProcessId));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H93")]
    [Trait("Conformance", "H95")]
    public async Task A_worker_over_the_soft_line_ends_its_task_and_is_replaced()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { MaxWorkerMemory = 500 << 20 });
        Task<int> task = pool.SubmitAsync(Supervised.LeakAndWait, (380, point.For()));
        Visitor visitor = await point.NextAsync();

        await UntilAsync(pool, snapshot => snapshot.Workers.Any(worker => worker.State == WorkerState.Leaving), "the worker is retired");
        Task<int> next = pool.SubmitAsync(Basics.ProcessId);
        Assert.Equal(1, pool.GetSnapshot().Running);
        visitor.LetGo();

        Assert.Equal(visitor.ProcessId, await task);
        Assert.NotEqual(visitor.ProcessId, await next);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_memory_of_a_child_counts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The memory of children is read on Linux only.");
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { MaxWorkerMemory = Limit });
        Task task = pool.SubmitAsync(Supervised.LeakInChild, (300, point.For()));
        Visitor visitor = await point.NextAsync();

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);

        Assert.Equal(FailureCause.MemoryLimit, error.Failure.Cause);
        await Waiting.UntilGoneAsync(int.Parse(visitor.Label, System.Globalization.CultureInfo.InvariantCulture));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_heap_limit_throws_in_the_task_and_the_pool_goes_on()
    {
        var pool = new ProcessPoolExecutor(One with { WorkerHeapLimit = 128 << 20 });

        await Assert.ThrowsAsync<OutOfMemoryException>(() => pool.SubmitAsync(Supervised.Leak, 400));

        Assert.NotEqual(0, await pool.SubmitAsync(Basics.ProcessId));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    [Trait("Conformance", "G73")]
    public async Task An_argument_that_no_worker_has_room_for_fails_its_task_after_five_workers_and_the_pool_goes_on()
    {
        var pool = new ProcessPoolExecutor(One with { WorkerHeapLimit = 64 << 20 });
        Task<long> fatal = pool.SubmitAsync(PayloadTasks.Length, new byte[90 << 20]);
        Task<int>[] others = [.. Enumerable.Range(0, 20).Select(number => pool.SubmitAsync(Basics.Square, number))];

        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => fatal)).Failure;

        Assert.Equal(TaskPhase.NotStarted, facts.Phase);
        Assert.Equal(Enumerable.Range(0, 20).Select(number => number * number), await Task.WhenAll(others));
        await EndAsync(pool);
    }
}
