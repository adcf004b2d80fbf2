using System.Collections.Concurrent;

namespace Offloop.Tests.Progress;

/// <summary>Progress of tasks that run in another process, which may die.</summary>
public abstract class WorkerProgressContractTests(ExecutorKind kind, IExecutorSource source) : ProgressContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_is_run_again_after_a_crash_reports_to_the_same_receiver()
    {
        await using var point = new MeetingPoint();
        await using Executor pool = Create(new ExecutorSetup());
        ConcurrentQueue<int> values = [];
        Task task = pool.SubmitAsync(Reports.CrashOnce, point.For(), To<int>(values.Enqueue) with { CrashRetries = 1 });
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            Visitor visitor = await point.NextAsync();
            await Waiting.UntilAsync(() => values.Count == attempt, "the attempt's report has come");
            visitor.LetGo();
        }
        await task;
        Assert.Equal([1, 2], values);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_that_sends_more_progress_than_it_may_is_killed()
    {
        await using Executor pool = Create(new ExecutorSetup());
        using var release = new ManualResetEventSlim();
        int process = await pool.SubmitAsync(Basics.ProcessId);
        Task task = pool.SubmitAsync(Rogue.FloodProgress, 1_000, To<int>(_ => release.Wait()));
        await Waiting.UntilGoneAsync(process);
        release.Set();

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal((FailureCause.ProtocolError, process), (error.Failure.Cause, error.Failure.ProcessId));
        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_last_progress_of_a_task_that_succeeded_comes_although_its_worker_vanishes_right_after()
    {
        const int Deaths = 6; // each is the start of a worker, which a starved machine makes slow
        await using Executor pool = Create(new ExecutorSetup());
        await Task.WhenAll(Enumerable.Range(0, 500).Select(value => pool.SubmitAsync(Basics.Square, value))); // they travel together now
        for (int death = 0; death < Deaths; death++)
        {
            int[] last = new int[20];
            Task<int>[] tasks = [.. Enumerable.Range(0, last.Length).Select(
                number => pool.SubmitAsync(
                    Reports.CountTo, 3, To<int>(value => last[number] = value) with { Timeout = Waiting.ForStart }))];
            Task vanishing = pool.SubmitAsync(Crashing.Vanish, 0);
            await Assert.ThrowsAsync<WorkerLostException>(() => vanishing);
            Assert.All(await Task.WhenAll(tasks), static value => Assert.Equal(3, value));
            Assert.All(last, static value => Assert.Equal(3, value));
        }
    }
}
