namespace Offloop.Tests.Workers;

public sealed class FenceTests : SupervisionTests
{
    [Fact(Timeout = 2 * Waiting.Hang)]
    public async Task A_kill_never_lands_on_the_next_task()
    {
        // Every task ends just about when its time does, so kills and ends race. A task must only ever fail by its own timeout.
        var pool = new ProcessPoolExecutor(Two with { CancellationGrace = TimeSpan.Zero, SpareWorkers = 2 });
        await pool.SubmitAsync(Basics.Square, 1);
        var options = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(20) };

        Task<int>[] tasks = [.. Enumerable.Range(0, 40).Select(i => pool.SubmitAsync(Timing.SleepFor, 18 + (i % 4), options))];
        Task<int>[] unlimited = [.. Enumerable.Range(0, 40).Select(i => pool.SubmitAsync(Timing.SleepFor, i % 3))];
        await Task.WhenAll(tasks.Concat(unlimited)).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.All(unlimited, task => Assert.True(task.IsCompletedSuccessfully, task.Exception?.ToString()));
        Assert.All(tasks, static task => Assert.True(
            task.IsCompletedSuccessfully || task.Exception!.InnerException is TaskTimeoutException,
            task.Exception?.ToString()));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_is_told_when_its_worker_is_asked_to_leave()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { ShutdownTimeout = TimeSpan.Zero });
        Task<int> task = pool.SubmitAsync(Rendezvous.TellCancellationAndWait, point.For());
        await point.NextAsync();

        await pool.DisposeAsync();

        Assert.Equal(FailureCause.Shutdown, (await Assert.ThrowsAsync<WorkerLostException>(() => task)).Failure.Cause);
    }
}
