using System.Globalization;

namespace Offloop.Tests.Workers.Threaded;

/// <summary>Workers that run several tasks at once, when all goes well.</summary>
public sealed class ThreadedWorkerTests : ThreadedTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H86")]
    public async Task A_worker_runs_as_many_tasks_at_once_as_it_has_threads()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(3));
        Task<int>[] tasks = [.. Enumerable.Range(0, 6).Select(_ => pool.SubmitAsync(Rendezvous.Wait, point.For()))];

        for (int left = tasks.Length; left > 0; left -= 3)
        {
            Visitor[] visitors = await point.NextAsync(3); // they come when all three before them have ended
            Assert.Single(visitors.Select(static visitor => visitor.ProcessId).Distinct());
            Assert.False(point.HasVisitor);
            ExecutorSnapshot now = pool.GetSnapshot();
            Assert.Equal((left - 3, 3, 1), (now.Queued, now.Running, now.Workers.Count));
            Array.ForEach(visitors, static visitor => visitor.LetGo());
        }

        Assert.Single((await Task.WhenAll(tasks)).Distinct());
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_pool_grows_by_a_worker_when_the_threads_are_taken_and_uses_the_worker_with_the_fewest_tasks()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(2) with { MaxWorkers = 2 });
        Task<int>[] tasks = [.. Enumerable.Range(0, 4).Select(_ => pool.SubmitAsync(Rendezvous.Wait, point.For()))];

        Visitor[] visitors = await point.NextAsync(4);

        Assert.Equal([2, 2], visitors.GroupBy(static visitor => visitor.ProcessId).Select(static worker => worker.Count()));
        Assert.Equal(2, pool.GetSnapshot().Workers.Count);
        Array.ForEach(visitors, static visitor => visitor.LetGo());
        await Task.WhenAll(tasks);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F64")]
    public async Task One_task_is_cancelled_and_those_beside_it_go_on()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(3));
        using var cancellation = new CancellationTokenSource();
        Task<int> first = pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For("first"));
        Task<int> cancelled = pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For("cancelled"), cancellationToken: cancellation.Token);
        Task<int> timed = pool.SubmitAsync(
            Rendezvous.WaitOrCancel, point.For("timed"), new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(50) });
        Visitor[] visitors = await point.NextAsync(3);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        TaskTimeoutException error = await Assert.ThrowsAsync<TaskTimeoutException>(() => timed);
        Assert.Empty(error.Failure.SharedWith); // nobody had to be killed
        Assert.False(first.IsCompleted);
        visitors.Single(static visitor => visitor.Label == "first").LetGo();
        Assert.Equal(await first, await pool.SubmitAsync(Basics.ProcessId));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Streams_progress_and_results_of_tasks_in_one_worker_do_not_mix()
    {
        var pool = new ProcessPoolExecutor(OneOf(4));
        Task<(int[] Items, int[] Progress)>[] runs = [.. Enumerable.Range(0, 8).Select(RunAsync)];

        for (int i = 0; i < runs.Length; i++)
        {
            (int[] items, int[] progress) = await runs[i];
            Assert.Equal(Enumerable.Range(i * 1000, 40), items);
            Assert.All(progress, value => Assert.Equal(i, value / 1000));
            Assert.Equal(i * 1000 + 39, progress[^1]);
        }
        await EndAsync(pool);

        async Task<(int[], int[])> RunAsync(int number)
        {
            var progress = new List<int>();
            List<int> items = [];
            await foreach (int item in pool.StreamAsync(Together.Count, (number * 1000, 40)))
                items.Add(item);
            _ = await pool.SubmitAsync(
                Together.Report, (number * 1000, 40), new SubmitOptions { Progress = TaskProgress.Create<int>(progress.Add) });
            return ([.. items], [.. progress]);
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I104")]
    public async Task Each_line_has_the_number_of_the_task_that_wrote_it()
    {
        await using var point = new MeetingPoint();
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(OneOf(3) with { LoggerFactory = log });
        Task[] tasks = [.. Enumerable.Range(1, 3).Select(i => pool.SubmitAsync(Together.SayInTwoParts, point.For(Text(i))))];
        Visitor[] visitors = await point.NextAsync(3); // each has written half a line

        foreach (Visitor visitor in visitors.OrderByDescending(static visitor => visitor.Label))
            visitor.LetGo();
        await Task.WhenAll(tasks);

        for (int i = 1; i <= 3; i++)
            await log.LineAsync($"task {i}) wrote to standard output: begin {i} end {i}");
        await EndAsync(pool);

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_initializer_runs_once_and_that_of_the_threads_once_on_each()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(3) with
        {
            Initializer = WorkerInitializer.Create(Supervised.Initialize, 1),
            ThreadInitializer = WorkerInitializer.Create(Prepared.Prepare, new string('x', 200_000)), // too long for a message
        });
        Task<(int Times, int Length, int Initialized)>[] tasks =
            [.. Enumerable.Range(0, 3).Select(_ => pool.SubmitAsync(Together.LookAndWait, point.For()))];
        Array.ForEach(await point.NextAsync(3), static visitor => visitor.LetGo());

        foreach (Task<(int Times, int Length, int Initialized)> task in tasks)
            Assert.Equal((1, 200_000, 1), await task);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_pool_whose_thread_initializer_throws_is_broken_and_says_so()
    {
        await using var pool = new ProcessPoolExecutor(OneOf(2) with
        {
            ThreadInitializer = WorkerInitializer.Create(Supervised.FailToInitialize),
        });

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(Basics.Square, 2));

        Assert.Contains("thread initializer", error.Message, StringComparison.Ordinal);
        Assert.Contains("there is no licence", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H90")]
    public async Task A_worker_is_replaced_after_its_tasks_whichever_thread_ran_them()
    {
        var pool = new ProcessPoolExecutor(OneOf(4) with { MaxTasksPerWorker = 9 });
        int[] processes = await Task.WhenAll(Enumerable.Range(0, 45).Select(_ => pool.SubmitAsync(Basics.ProcessId)));

        Assert.All(processes.CountBy(static process => process), static worker => Assert.Equal(9, worker.Value));
        await EndAsync(pool);
    }

    /// <summary>The marks are a ring of 512, and a long task keeps its own while more tasks than that come and go.</summary>
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G77")]
    public async Task A_long_task_keeps_its_mark_while_many_short_ones_come_and_go()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(OneOf(2));
        Task<int> task = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        for (int i = 0; i < 3; i++)
            await Task.WhenAll(Enumerable.Range(0, 400).Select(number => pool.SubmitAsync(Basics.Square, number)));

        Signal(visitor.ProcessId, "KILL");

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal((TaskPhase.Running, 0), (error.Failure.Phase, error.Failure.SharedWith.Count));
        await EndAsync(pool);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void A_number_of_threads_that_no_worker_has_is_refused(int threads)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessPoolOptions { ThreadsPerWorker = threads });
        Assert.Contains("ThreadsPerWorker", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 128", error.Message, StringComparison.Ordinal);
    }
}
