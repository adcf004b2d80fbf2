namespace Offloop.Tests;

/// <summary>A snapshot is one consistent moment, and every task that was accepted counts in one of its totals.</summary>
public abstract class SnapshotContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_is_cancelled_before_it_is_submitted_counts_as_cancelled()
    {
        await using Executor executor = Create(new ExecutorSetup());
        var token = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => executor.SubmitAsync(Basics.Square, 2, cancellationToken: token));
        Assert.Equal((0, 1, 0), Totals(executor));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_map_item_that_is_refused_counts_as_failed()
    {
        await using Executor executor = Create(new ExecutorSetup());
        Base[] items = [new Base { Number = 1 }, new Derived { Number = 2, Extra = "lost" }, new Base { Number = 3 }];
        bool[] successes = await executor.MapAsync(static (Base item) => item.Number, items).Outcomes
            .Select(static outcome => outcome.IsSuccess).ToArrayAsync();
        Assert.Equal([true, false, true], successes);
        await UntilIdleAsync(executor);
        Assert.Equal((2, 0, 1), Totals(executor));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_result_or_a_stream_item_that_cannot_be_read_counts_as_failed()
    {
        await using Executor executor = Create(new ExecutorSetup());
        Exception? result = await Record.ExceptionAsync(() => executor.SubmitAsync(PayloadTasks.UnreadableOf, 5));
        Exception? item = await Record.ExceptionAsync(
            async () => await executor.StreamAsync(Streams.ThenUnreadable, 0).CountAsync());
        await UntilIdleAsync(executor);
        Assert.Equal((RoundTrips, RoundTrips), (result is ExecutorException, item is ExecutorException));
        Assert.Equal(RoundTrips ? (0, 0, 2) : (2, 0, 0), Totals(executor)); // nothing is read where nothing is written
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_numbers_of_a_snapshot_belong_together_while_tasks_come_and_go()
    {
        const int Tasks = 2000;
        await using Executor executor = Create(new ExecutorSetup { Workers = 2 });
        int begun = 0;
        await Parallel.ForAsync(0, Tasks, async (value, token) =>
        {
            Interlocked.Increment(ref begun);
            await executor.SubmitAsync(Basics.Square, value, cancellationToken: token);
            ExecutorSnapshot now = executor.GetSnapshot();
            int most = Volatile.Read(ref begun); // read after the snapshot: it may be too large, never too small
            TaskSnapshot[] tasks = [.. now.Workers.SelectMany(static worker => worker.Tasks)];
            Assert.InRange(now.Queued + now.Running + now.Succeeded, 1, most);
            Assert.Equal(tasks.Length, tasks.Select(static task => task.Id).Distinct().Count());
            if (!IsInline)
                Assert.Equal(now.Running, tasks.Length);
        });
        await UntilIdleAsync(executor);
        Assert.Equal((Tasks, 0, 0), Totals(executor));
    }

    private static (long Succeeded, long Cancelled, long Failed) Totals(Executor executor)
    {
        ExecutorSnapshot now = executor.GetSnapshot();
        Assert.Equal((0, 0, 0, 0), (now.Queued, now.Running, now.TimedOut, now.Lost));
        return (now.Succeeded, now.Cancelled, now.Failed);
    }
}
