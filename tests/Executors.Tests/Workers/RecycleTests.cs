using Offloop.Telemetry;

namespace Offloop.Tests.Workers;

/// <summary>An application has workers replaced.</summary>
public sealed class RecycleTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H120")]
    public async Task All_workers_are_replaced_and_no_task_is_lost()
    {
        var pool = new ProcessPoolExecutor(Two);
        await UntilBothAreIdleAsync(pool);
        int[] old = Processes(pool);
        using var enough = new CancellationTokenSource();
        Task<int> load = LoadAsync();

        await pool.RecycleAsync();

        Assert.DoesNotContain(old, Waiting.IsAlive);
        Assert.Empty(Processes(pool).Intersect(old));
        Assert.Equal(2, pool.GetSnapshot().Workers.Count(worker => worker.State is WorkerState.Idle or WorkerState.Busy));
        await enough.CancelAsync();
        int done = await load;
        Assert.Equal((done, 0, 0), (pool.GetSnapshot().Succeeded, pool.GetSnapshot().Lost, pool.GetSnapshot().Failed));
        await EndAsync(pool);

        async Task<int> LoadAsync()
        {
            int count = 0;
            for (; !enough.IsCancellationRequested; count += 20)
            {
                int[] squares = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => pool.SubmitAsync(Basics.Square, i)));
                Assert.Equal(Enumerable.Range(0, 20).Select(i => i * i), squares);
            }
            return count;
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H120")]
    public async Task One_worker_is_replaced_and_the_other_stays()
    {
        var pool = new ProcessPoolExecutor(Two);
        await UntilBothAreIdleAsync(pool);
        WorkerSnapshot[] before = [.. pool.GetSnapshot().Workers];

        await pool.RecycleAsync(before[0].Id);

        Assert.False(Waiting.IsAlive(before[0].ProcessId!.Value));
        Assert.Contains(before[1].ProcessId!.Value, Processes(pool));
        Assert.Equal(2, Processes(pool).Length);
        var error = Assert.Throws<ArgumentException>(() => { _ = pool.RecycleAsync(before[0].Id); });
        Assert.Contains($"The pool has no worker {before[0].Id} (it has ", error.Message, StringComparison.Ordinal);
        Assert.Equal("workerId", error.ParamName);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H120")]
    public async Task A_busy_worker_ends_its_task_first_and_its_replacement_is_up_before()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task<int> running = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        Task recycled = pool.RecycleAsync();
        await UntilAsync(
            pool,
            static snapshot =>
                snapshot.Workers.Select(worker => worker.State).Order().SequenceEqual([WorkerState.Spare, WorkerState.Leaving]),
            "the replacement is up");
        Assert.False(recycled.IsCompleted);
        visitor.LetGo();

        Assert.Equal(visitor.ProcessId, await running);
        await recycled;
        Assert.False(Waiting.IsAlive(visitor.ProcessId));
        Assert.NotEqual(visitor.ProcessId, await pool.SubmitAsync(Basics.ProcessId));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H120")]
    public async Task The_reserve_is_replaced_too()
    {
        var pool = new ProcessPoolExecutor(One with { SpareWorkers = 1 });
        await UntilAsync(pool, static snapshot => snapshot.Workers.Count(worker => worker.ProcessId is not null) == 2, "both are ready");
        int[] old = Processes(pool);

        await pool.RecycleAsync();

        Assert.DoesNotContain(old, Waiting.IsAlive);
        Assert.Equal(
            [WorkerState.Spare, WorkerState.Idle],
            pool.GetSnapshot().Workers.Where(worker => worker.ProcessId is not null).Select(worker => worker.State).Order());
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H120")]
    public async Task While_starts_fail_it_waits_and_its_token_ends_the_wait_alone()
    {
        string @switch = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(@switch, "");
        var listener = new TestListener(hearsTasks: false);
        var pool = new ProcessPoolExecutor(One with
        {
            Initializer = WorkerInitializer.Create(Supervised.BeKilledUnlessFileExists, @switch),
            Listeners = [listener],
        });
        int old = await pool.SubmitAsync(Basics.ProcessId);
        File.Delete(@switch);
        using var cancellation = new CancellationTokenSource();

        Task cancelled = pool.RecycleAsync(workerId: null, cancellation.Token);
        Task recycled = pool.RecycleAsync();
        await listener.EventAsync<ExecutorStateChanged>(static change => change.State == ExecutorState.Degraded);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(old, await pool.SubmitAsync(Basics.ProcessId)); // it goes on
        Assert.False(recycled.IsCompleted);
        await File.WriteAllTextAsync(@switch, "");
        await recycled;
        Assert.False(Waiting.IsAlive(old));
        File.Delete(@switch);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H120")]
    public async Task A_shutdown_ends_the_wait_and_later_calls_are_refused()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task<int> running = pool.SubmitAsync(Rendezvous.Wait, point.For());
        await point.NextAsync();
        Task recycled = pool.RecycleAsync();

        await pool.ShutdownAsync(ShutdownMode.Kill);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => recycled);
        await Assert.ThrowsAsync<WorkerLostException>(() => running);
        Assert.Throws<ObjectDisposedException>(() => { _ = pool.RecycleAsync(); });
    }

    private static Task UntilBothAreIdleAsync(Executor pool) => UntilAsync(
        pool, static snapshot => snapshot.Workers.Count(worker => worker.State == WorkerState.Idle) == 2, "both are ready");
}
