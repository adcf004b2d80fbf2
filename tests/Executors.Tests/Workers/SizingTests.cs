namespace Offloop.Tests.Workers;

public sealed class SizingTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H86")]
    public async Task The_pool_grows_on_demand_and_never_beyond_its_maximum()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { MaxWorkers = 3 });
        Task<int>[] tasks = [.. Enumerable.Range(0, 9).Select(_ => pool.SubmitAsync(Rendezvous.Wait, point.For()))];

        Visitor[] first = await point.NextAsync(3);

        Assert.Equal(3, first.Select(visitor => visitor.ProcessId).Distinct().Count());
        Assert.Equal(3, pool.GetSnapshot().Workers.Count);
        for (int i = 3; i < 9; i++)
        {
            first[i % 3].LetGo();
            first[i % 3] = await point.NextAsync();
            Assert.True(pool.GetSnapshot().Workers.Count <= 3);
        }
        foreach (Visitor visitor in first)
            visitor.LetGo();
        Assert.Equal(3, (await Task.WhenAll(tasks)).Distinct().Count());
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H85")]
    public async Task An_idle_worker_is_used_before_another_is_started()
    {
        var pool = new ProcessPoolExecutor(One with { MaxWorkers = 4 });
        var processes = new HashSet<int>();

        for (int i = 0; i < 30; i++)
            processes.Add(await pool.SubmitAsync(Basics.ProcessId));

        Assert.Single(processes);
        Assert.Single(pool.GetSnapshot().Workers);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H87")]
    public async Task Workers_beyond_the_minimum_leave_when_they_are_idle()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { MaxWorkers = 3, IdleTimeout = TimeSpan.FromMilliseconds(200) });
        Task<int>[] tasks = [.. Enumerable.Range(0, 3).Select(_ => pool.SubmitAsync(Rendezvous.Wait, point.For()))];
        Visitor[] visitors = await point.NextAsync(3);
        foreach (Visitor visitor in visitors)
            visitor.LetGo();
        int[] processes = await Task.WhenAll(tasks);

        await UntilAsync(pool, snapshot => snapshot.Workers.Count == 1, "the pool shrinks to its minimum");

        Assert.Equal(1, processes.Count(Waiting.IsAlive));
        Assert.Contains(await pool.SubmitAsync(Basics.ProcessId), processes);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H87")]
    public async Task A_pool_with_a_minimum_of_none_starts_for_the_first_task_and_empties_again()
    {
        var pool = new ProcessPoolExecutor(One with { MinWorkers = 0, MaxWorkers = 2, IdleTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Empty(pool.GetSnapshot().Workers);

        int process = await pool.SubmitAsync(Basics.ProcessId);
        await UntilAsync(pool, snapshot => snapshot.Workers.Count == 0, "the last worker leaves");

        await Waiting.UntilGoneAsync(process);
        Assert.NotEqual(process, await pool.SubmitAsync(Basics.ProcessId));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H87")]
    public async Task Workers_that_are_ready_only_when_the_work_is_done_leave_too()
    {
        var pool = new ProcessPoolExecutor(One with { MinWorkers = 0, MaxWorkers = 4, IdleTimeout = TimeSpan.FromMilliseconds(150) });

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => pool.SubmitAsync(Basics.Square, i)));

        await UntilAsync(pool, snapshot => snapshot.Workers.Count == 0, "those that came late leave");
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_reserve_stays_when_idle_workers_leave()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(
            One with { MaxWorkers = 3, SpareWorkers = 1, IdleTimeout = TimeSpan.FromMilliseconds(150) });
        Task<int>[] tasks = [.. Enumerable.Range(0, 3).Select(_ => pool.SubmitAsync(Rendezvous.Wait, point.For()))];
        foreach (Visitor visitor in await point.NextAsync(3))
            visitor.LetGo();
        await Task.WhenAll(tasks);

        await UntilAsync(
            pool,
            snapshot => snapshot.Workers.Select(worker => worker.State).Order().SequenceEqual([WorkerState.Spare, WorkerState.Idle]),
            "one worker and one spare are left");
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_killed_worker_is_followed_by_the_spare_that_was_up_before()
    {
        var pool = new ProcessPoolExecutor(One with { SpareWorkers = 1, CancellationGrace = TimeSpan.Zero });
        await pool.SubmitAsync(Basics.ProcessId);
        await UntilAsync(pool, snapshot => snapshot.Workers.Any(worker => worker.State == WorkerState.Spare), "a spare is up");
        int spare = pool.GetSnapshot().Workers.Single(worker => worker.State == WorkerState.Spare).ProcessId!.Value;
        await using var point = new MeetingPoint();

        Task doomed = pool.SubmitAsync(Rendezvous.Loop, point.For(), new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(1) });
        await Assert.ThrowsAsync<TaskTimeoutException>(() => doomed);

        Assert.Equal(spare, await pool.SubmitAsync(Basics.ProcessId));
        await UntilAsync(
            pool, snapshot => snapshot.Workers.Any(worker => worker.State == WorkerState.Spare && worker.ProcessId != spare),
            "there is a new spare");
        await EndAsync(pool);
    }

    [Fact(Timeout = 3 * Waiting.Hang, Explicit = true)] // so many starts take a starved machine a minute
    [Trait("Conformance", "A12")]
    public async Task Sixty_four_workers_start_and_work()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { MinWorkers = 0, MaxWorkers = 64 });
        Task<int>[] tasks = [.. Enumerable.Range(0, 64).Select(_ => pool.SubmitAsync(Rendezvous.Wait, point.For()))];

        Visitor[] visitors = await point.NextAsync(64);
        foreach (Visitor visitor in visitors)
            visitor.LetGo();

        Assert.Equal(64, (await Task.WhenAll(tasks)).Distinct().Count());
        await EndAsync(pool);
    }
}
