namespace Offloop.Tests.Workers;

public sealed class RecyclingTests : SupervisionTests
{
    [Theory(Timeout = Waiting.Hang)]
    [InlineData(1)]
    [InlineData(4)]
    [Trait("Conformance", "H89")]
    public async Task A_worker_runs_exactly_its_number_of_tasks(int limit)
    {
        var pool = new ProcessPoolExecutor(One with { MaxTasksPerWorker = limit });
        var processes = new List<int>();

        for (int i = 0; i < 3 * limit; i++)
            processes.Add(await pool.SubmitAsync(Basics.ProcessId));

        Assert.Equal([limit, limit, limit], processes.GroupBy(process => process).Select(group => group.Count()));
        Assert.Equal(processes.Order().Distinct().Count(), processes.Where((process, i) => i == 0 || process != processes[i - 1]).Count());
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    [Trait("Conformance", "H90")]
    public async Task A_backlog_flows_on_while_workers_are_recycled()
    {
        var pool = new ProcessPoolExecutor(Two with { MaxTasksPerWorker = 20 });

        int[] results = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => pool.SubmitAsync(Basics.Square, i)));

        Assert.Equal(Enumerable.Range(0, 400).Select(i => i * i), results);
        Assert.Equal(0, pool.GetSnapshot().Lost);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H91")]
    public async Task A_shutdown_in_the_middle_of_recycling_finishes_every_task()
    {
        var pool = new ProcessPoolExecutor(Two with { MaxTasksPerWorker = 3 });
        Task<int>[] tasks = [.. Enumerable.Range(0, 20).Select(i => pool.SubmitAsync(Basics.Square, i))];

        await pool.ShutdownAsync();

        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * i), await Task.WhenAll(tasks));
        Assert.Empty(pool.GetSnapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H90")]
    public async Task The_replacement_is_up_before_the_worker_has_reached_its_number()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { MaxTasksPerWorker = 2 });
        int old = await pool.SubmitAsync(Basics.ProcessId);
        Task<int> last = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        await UntilAsync(pool, snapshot => snapshot.Workers.Any(worker => worker.State == WorkerState.Spare), "the replacement is up");
        int replacement = pool.GetSnapshot().Workers.Single(worker => worker.State == WorkerState.Spare).ProcessId!.Value;
        visitor.LetGo();

        Assert.Equal(old, await last);
        Assert.Equal(replacement, await pool.SubmitAsync(Basics.ProcessId));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    public async Task Workers_with_a_large_number_do_not_all_go_at_once()
    {
        var pool = new ProcessPoolExecutor(One with { MaxTasksPerWorker = 100 });
        var counts = new Dictionary<int, int>();

        for (int i = 0; i < 500; i++)
        {
            int process = await pool.SubmitAsync(Basics.ProcessId);
            counts[process] = counts.GetValueOrDefault(process) + 1;
        }

        int[] whole = [.. counts.Values.SkipLast(1)];
        Assert.All(whole, count => Assert.InRange(count, 90, 110));
        Assert.True(whole.Distinct().Count() > 1, "Each worker draws a number of its own.");
        await EndAsync(pool);
    }
}
