using System.Globalization;

namespace Offloop.Tests.Workers;

/// <summary>Workers without a task prepare for the tasks that others have.</summary>
public sealed class PreparationTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_spare_prepares_for_methods_that_have_returned_elsewhere_before_it_was_up_and_after()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with
        {
            SpareWorkers = 1,
            CancellationGrace = TimeSpan.Zero,
            Environment = new Dictionary<string, string?>
            {
                [Announced.Variable] = point.For().Port.ToString(CultureInfo.InvariantCulture),
            },
        });
        Assert.Equal(new Announced(5), await pool.SubmitAsync(Announced.Same, new Announced(5)));
        int worker = (await point.NextAsync()).ProcessId;

        int spare = (await point.NextAsync()).ProcessId;
        Assert.NotEqual(worker, spare);
        Assert.Equal((WorkerState.Spare, 0), StateOf(pool, spare));

        await Assert.ThrowsAsync<TaskTimeoutException>(
            () => pool.SubmitAsync(Timing.Spin, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(1) }));
        Assert.Equal(spare, await pool.SubmitAsync(Basics.ProcessId));
        int next = (await point.NextAsync()).ProcessId; // it is told when it is up
        Assert.True(next != worker && next != spare);
        Assert.False(point.HasVisitor);
        await EndAsync(pool);
    }

    /// <summary>Code of the user that ends a process would end one worker after the other if all of them prepared.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_method_that_has_never_returned_is_not_prepared_for()
    {
        var pool = new ProcessPoolExecutor(
            One with { SpareWorkers = 1, Environment = new Dictionary<string, string?> { [Announced.Deadly] = "1" } });
        await pool.SubmitAsync(Basics.ProcessId);
        await UntilAsync(pool, snapshot => snapshot.Workers.Any(worker => worker.State == WorkerState.Spare), "a spare is up");
        int spare = pool.GetSnapshot().Workers.Single(worker => worker.State == WorkerState.Spare).ProcessId!.Value;

        await Assert.ThrowsAsync<WorkerLostException>(
            () => pool.SubmitAsync(Announced.Same, new Announced(5), new SubmitOptions { CrashRetries = 0 }));

        for (int i = 0; i < 20; i++)
            Assert.Equal(spare, await pool.SubmitAsync(Basics.ProcessId));
        await EndAsync(pool);
    }

    private static (WorkerState State, long Done) StateOf(Executor pool, int process)
    {
        WorkerSnapshot worker = pool.GetSnapshot().Workers.Single(worker => worker.ProcessId == process);
        return (worker.State, worker.TasksDone);
    }
}
