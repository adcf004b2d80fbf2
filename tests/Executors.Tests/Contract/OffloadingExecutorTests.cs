namespace Offloop.Tests;

/// <summary>The behaviour of executors that run tasks away from the caller's thread: they have a queue, and
/// the caller goes on meanwhile.</summary>
public abstract partial class OffloadingExecutorTests : ExecutorContractTests
{
    /// <summary>A task that did not answer its token has been ended: its process is gone, or its thread is left alone with it.</summary>
    protected abstract Task AssertEndedByForceAsync(Executor executor, Visitor visitor);

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "C28")]
    public async Task An_idle_worker_keeps_no_argument_and_no_result_alive()
    {
        await using Executor executor = Create(new ExecutorSetup());
        (WeakReference argument, WeakReference result) = await SubmitAsync(executor);
        await Waiting.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !argument.IsAlive && !result.IsAlive;
            },
            "both are collected");

        static async Task<(WeakReference Argument, WeakReference Result)> SubmitAsync(Executor executor)
        {
            var argument = new Holder { Number = 1 };
            Holder result = await executor.SubmitAsync(static (Holder holder) => new Holder { Number = holder.Number + 1 }, argument);
            return (new WeakReference(argument), new WeakReference(result));
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "B13")]
    public async Task A_task_is_counted_while_it_waits()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup());
        Task<int> first = executor.SubmitAsync(Rendezvous.Wait, point.For("first"));
        Visitor visitor = await point.NextAsync();
        Task<int> second = executor.SubmitAsync(Rendezvous.Note, point.For("second"));

        ExecutorSnapshot during = executor.GetSnapshot();
        Assert.Equal((1, 1), (during.Queued, during.Running));
        Assert.False(second.IsCompleted);
        Assert.False(point.HasVisitor);

        visitor.LetGo();
        await Task.WhenAll(first, second);
        Assert.Equal(2, executor.GetSnapshot().Succeeded);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "B14")]
    public async Task A_caller_that_stops_waiting_leaves_the_task_running()
    {
        await using var point = new MeetingPoint();
        Task<int> task = SharedExecutor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => task.WaitAsync(TimeSpan.FromMilliseconds(1)));
        using var impatience = new CancellationTokenSource();
        Task waiting = task.WaitAsync(impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(task.IsCompleted);

        visitor.LetGo();
        Assert.Equal(visitor.ProcessId, await task);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "B15")]
    [Trait("Conformance", "F59")]
    public async Task A_cancelled_task_that_waits_ends_at_once_and_never_runs_and_those_behind_it_do()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup());
        Task<int> first = executor.SubmitAsync(Rendezvous.Wait, point.For("first"));
        Visitor visitor = await point.NextAsync();
        using var cancellation = new CancellationTokenSource();
        Task<int> cancelled = executor.SubmitAsync(Rendezvous.Note, point.For("cancelled"), cancellationToken: cancellation.Token);
        Task<int> follower = executor.SubmitAsync(Rendezvous.Note, point.For("follower"));

        await cancellation.CancelAsync();

        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled)).CancellationToken);
        Assert.False(first.IsCompleted);
        visitor.LetGo();
        await follower;
        Assert.Equal("follower", (await point.NextAsync()).Label);
        Assert.False(point.HasVisitor);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "H86")]
    public async Task No_more_tasks_run_than_there_are_workers()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { Workers = 2 });
        Task<int>[] tasks = [.. Enumerable.Range(0, 12).Select(_ => executor.SubmitAsync(Rendezvous.Wait, point.For()))];

        for (int left = tasks.Length; left > 0; left -= 2)
        {
            Visitor[] visitors = await point.NextAsync(2);
            ExecutorSnapshot now = executor.GetSnapshot();
            Assert.Equal((left - 2, 2, 2), (now.Queued, now.Running, now.Workers.Count));
            Assert.False(point.HasVisitor);
            Array.ForEach(visitors, visitor => visitor.LetGo());
        }
        await Task.WhenAll(tasks);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I101")]
    public async Task The_highest_priority_goes_first_and_within_one_the_first_come()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup());
        Task<int> first = executor.SubmitAsync(Rendezvous.Wait, point.For("first"));
        Visitor visitor = await point.NextAsync();
        int[] priorities = [0, 5, -3, 5, 0, int.MaxValue, int.MinValue, -3];
        Task<int>[] tasks = [.. priorities.Select((priority, index) =>
            executor.SubmitAsync(Rendezvous.Note, point.For($"{priority} #{index}"), new SubmitOptions { Priority = priority }))];

        visitor.LetGo();
        await Task.WhenAll(tasks);

        string[] order = [.. (await point.NextAsync(tasks.Length)).Select(note => note.Label)];
        Assert.Equal([$"{int.MaxValue} #5", "5 #1", "5 #3", "0 #0", "0 #4", "-3 #2", "-3 #7", $"{int.MinValue} #6"], order);
        await first;
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I102")]
    public async Task A_full_queue_rejects_when_it_is_told_to()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { QueueCapacity = 2, QueueFullMode = QueueFullMode.Reject });
        Task<int> running = executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        Task<int>[] queued = [executor.SubmitAsync(Basics.Square, 2), executor.SubmitAsync(Basics.Square, 3)];

        Task<int> rejected = executor.SubmitAsync(Basics.Square, 4, new SubmitOptions { Name = "the third" });

        Assert.True(rejected.IsFaulted);
        var error = await Assert.ThrowsAsync<QueueFullException>(() => rejected);
        Assert.Equal(FailureCause.QueueFull, error.Failure.Cause);
        Assert.Contains(
            "'the third' was rejected because the queue is full: its QueueCapacity is 2.",
            error.Message,
            StringComparison.Ordinal);
        visitor.LetGo();
        int[] results = await Task.WhenAll(queued);
        Assert.Equal([4, 9], results);
        await running;
        Assert.Equal(16, await executor.SubmitAsync(Basics.Square, 4));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I102")]
    public async Task A_full_queue_lets_tasks_wait_for_room_and_be_cancelled_there()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = Create(new ExecutorSetup { QueueCapacity = 1 });
        Task<int> running = executor.SubmitAsync(Rendezvous.Wait, point.For("running"));
        Visitor visitor = await point.NextAsync();
        Task<int> queued = executor.SubmitAsync(Rendezvous.Note, point.For("queued"));
        using var cancellation = new CancellationTokenSource();
        Task<int> cancelled = executor.SubmitAsync(Rendezvous.Note, point.For("cancelled"), cancellationToken: cancellation.Token);
        Task<int> waiting = executor.SubmitAsync(Rendezvous.Note, point.For("waiting"), new SubmitOptions { Priority = 9 });
        Assert.Equal(3, executor.GetSnapshot().Queued);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);
        visitor.LetGo();

        await Task.WhenAll(running, queued, waiting);
        Assert.Equal(["queued", "waiting"], (await point.NextAsync(2)).Select(note => note.Label));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I110")]
    public async Task A_loop_ticks_on_while_tasks_block()
    {
        await using var point = new MeetingPoint();
        using var loop = new SingleThreadLoop();
        Task<int[]> tasks = null!;
        Task awaiting = loop.RunAsync(() => tasks = Task.WhenAll(
            SharedExecutor.SubmitAsync(Rendezvous.Wait, point.For()),
            SharedExecutor.SubmitAsync(Rendezvous.Wait, point.For())));
        Visitor[] visitors = await point.NextAsync(2);

        await loop.MoreTicksAsync(20);

        Assert.False(tasks.IsCompleted);
        Array.ForEach(visitors, visitor => visitor.LetGo());
        await awaiting;
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K117")]
    public async Task A_loop_ticks_on_while_its_argument_is_written()
    {
        await using var point = new MeetingPoint();
        using var loop = new SingleThreadLoop();
        var argument = new SlowToWrite { Meeting = point.For("writer") };
        Task<int> task = null!;
        Task awaiting = loop.RunAsync(() => task = SharedExecutor.SubmitAsync(PayloadTasks.PortOf, argument));

        if (RoundTrips) // otherwise nobody writes it
        {
            Visitor writer = await point.NextAsync();
            await loop.MoreTicksAsync(5);
            Assert.False(task.IsCompleted);
            writer.LetGo();
        }

        await awaiting;
        Assert.Equal(argument.Meeting.Port, await task);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K117")]
    public async Task A_loop_may_submit_a_hundred_megabytes()
    {
        using var loop = new SingleThreadLoop();
        byte[] bytes = new byte[100_000_000];
        await loop.RunAsync(async () => Assert.Equal(bytes.Length, await SharedExecutor.SubmitAsync(PayloadTasks.Length, bytes)));
    }
}
