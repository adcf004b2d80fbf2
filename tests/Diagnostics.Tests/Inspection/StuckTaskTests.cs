using System.Diagnostics;
using Offloop.Diagnostics.Inspection;
using Offloop.SampleTasks;
using Offloop.Telemetry;

namespace Offloop.Tests.Inspection;

/// <summary>A task that has to be killed says where it was.</summary>
[Collection(Inspected.Reader)]
public sealed class StuckTaskTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_timeout_says_where_the_task_hung_and_who_holds_the_lock()
    {
        await using var inspected = new Inspected();
        Task task = inspected.Pool.SubmitAsync(Hanging.InDeadlock, inspected.Point.For());
        Visitor visitor = await inspected.Point.NextAsync();
        await inspected.UntilLockedAsync(visitor.ProcessId);

        TaskTimeoutException error = await inspected.TimeOutAsync(task);

        const string Own = "Offloop.SampleTasks.Hanging";
        Assert.Equal(
            [
                "System.Threading.Monitor.Enter(System.Object, Boolean ByRef)", $"{Own}.TakeOrdersToo()",
                $"{Own}.InDeadlock(Offloop.SampleTasks.Meeting)",
            ],
            error.Failure.Stack!.Frames.SkipWhile(static frame => !frame.Contains("Monitor.Enter(", StringComparison.Ordinal)));
        Assert.Matches(
            @"^the lock of a System\.Object, which thread \d+ holds, in Offloop\.SampleTasks\.Hanging\.TakeOrders\(",
            error.Failure.Stack.WaitsFor!);
        Assert.Contains(
            $"It was in {Own}.TakeOrdersToo(), in a call of System.Threading.Monitor.Enter", error.Message, StringComparison.Ordinal);
        string line = await inspected.Log.LineAsync("does not end; worker 1");
        Assert.StartsWith("Warning: Task 1 ('Offloop.SampleTasks.Hanging.InDeadlock')", line, StringComparison.Ordinal);
        Assert.Contains("   at " + Own + ".TakeOrdersToo()", line, StringComparison.Ordinal);
        Assert.Contains("   It waits for the lock of a System.Object", line, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_holder_of_a_lock_object_is_named_and_a_cancelled_task_is_in_the_log()
    {
        await using var inspected = new Inspected();
        using var wish = new CancellationTokenSource();
        Task task = inspected.Pool.SubmitAsync(Hanging.OnLock, inspected.Point.For(), cancellationToken: wish.Token);
        await inspected.UntilLockedAsync((await inspected.Point.NextAsync()).ProcessId);

        await wish.CancelAsync();
        await inspected.UntilReaderAsync();
        await inspected.Clock.PassAsync(Inspected.Grace);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);

        string line = await inspected.Log.LineAsync("does not end");
        Assert.Contains("at Offloop.SampleTasks.Hanging.OnLock(", line, StringComparison.Ordinal);
        Assert.Contains("the lock of a System.Threading.Lock, which thread ", line, StringComparison.Ordinal);
        Assert.Contains("in Offloop.SampleTasks.Hanging.Keep(", line, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_failure_of_an_unresponsive_worker_has_the_stack_of_each_of_its_tasks()
    {
        await using var inspected = new Inspected(
            pool: static options => options with
            {
                TaskTimeout = Timeout.InfiniteTimeSpan,
                HeartbeatTimeout = TimeSpan.FromSeconds(30),
                ThreadsPerWorker = 2,
            });
        await inspected.UntilReaderAsync();
        Task first = inspected.Pool.SubmitAsync(Rendezvous.Wait, inspected.Point.For());
        Task second = inspected.Pool.SubmitAsync(Rendezvous.Loop, inspected.Point.For());
        int process = (await inspected.Point.NextAsync(2))[0].ProcessId;
        using (Process stop = Process.Start("kill", ["-STOP", $"{process}"]))
            await stop.WaitForExitAsync(TestContext.Current.CancellationToken);

        await Waiting.UntilAsync(
            () =>
            {
                inspected.Clock.Advance(TimeSpan.FromSeconds(1));
                return first.IsCompleted && second.IsCompleted;
            },
            "the worker is killed");

        await AssertWasInAsync(first, "Offloop.SampleTasks.Rendezvous.Wait(");
        await AssertWasInAsync(second, "Offloop.SampleTasks.Rendezvous.Loop(");

        static async Task AssertWasInAsync(Task task, string method)
        {
            WorkerLostException error = await Assert.ThrowsAsync<WorkerLostException>(() => task);
            Assert.Equal(FailureCause.Unresponsive, error.Failure.Cause);
            Assert.True(error.Failure.Stack!.Frames.Count > 0, error.Failure.Stack.Note);
            Assert.StartsWith(method, error.Failure.Stack.Frames[^1], StringComparison.Ordinal);
            Assert.Contains($"It was in {method}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_is_given_up_beside_others_says_where_it_is_and_the_others_go_on()
    {
        await using var inspected = new Inspected(pool: static options => options with { ThreadsPerWorker = 2 });
        var forever = new SubmitOptions { Timeout = Timeout.InfiniteTimeSpan };
        Task<int> neighbour = inspected.Pool.SubmitAsync(Rendezvous.Wait, inspected.Point.For(), forever);
        Visitor visitor = await inspected.Point.NextAsync();
        Task stuck = inspected.Pool.SubmitAsync(Rendezvous.Loop, inspected.Point.For());
        await inspected.Point.NextAsync();

        TaskTimeoutException error = await inspected.TimeOutAsync(stuck);
        visitor.LetGo();

        Assert.Equal(visitor.ProcessId, await neighbour);
        Assert.StartsWith("Offloop.SampleTasks.Rendezvous.Loop(", error.Failure.Stack!.Frames[^1], StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_slow_task_is_logged_once_with_its_stack_and_goes_on()
    {
        await using var inspected = new Inspected(static options => options with { SlowTaskThreshold = TimeSpan.FromMilliseconds(20) });
        await inspected.UntilReaderAsync();
        Task<int> task = inspected.Pool.SubmitAsync(Rendezvous.Wait, inspected.Point.For());
        Visitor visitor = await inspected.Point.NextAsync();

        string line = await inspected.Log.LineAsync("Task 1 ", "has run for", "Offloop.SampleTasks.Rendezvous.Wait(");
        visitor.LetGo();
        Assert.Equal(visitor.ProcessId, await task);
        Task second = inspected.Pool.SubmitAsync(Rendezvous.Wait, inspected.Point.For());
        using Visitor next = await inspected.Point.NextAsync();
        await inspected.Log.LineAsync("Task 2 ", "has run for");
        next.LetGo();
        await second;

        Assert.StartsWith("Warning: Task 1 ('Offloop.SampleTasks.Rendezvous.Wait')", line, StringComparison.Ordinal);
        Assert.Equal([1L, 2L], inspected.Events.Heard.OfType<TaskStackRead>().Select(static read => read.TaskId));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_process_that_reads_is_shared_replaced_when_it_dies_and_gone_with_the_last_pool()
    {
        int reader;
        await using (var inspected = new Inspected())
        {
            ObservedExecutor readers = ObservedExecutors.All.Single(static executor => executor.Name == InspectorPool.Name);
            await using (new Inspected())
                Assert.Single(ObservedExecutors.All, static executor => executor.Name == InspectorPool.Name);
            Assert.False(readers.IsShown);
            await Waiting.UntilAsync(() => Ready(readers) is not null, "the reader is ready");
            int first = Ready(readers)!.Value;
            using (var process = Process.GetProcessById(first))
                process.Kill();
            await Waiting.UntilAsync(() => Ready(readers) is { } now && now != first, "another reader is ready");
            reader = Ready(readers)!.Value;

            Task task = inspected.Pool.SubmitAsync(Rendezvous.Loop, inspected.Point.For());
            await inspected.Point.NextAsync();
            Assert.StartsWith(
                "Offloop.SampleTasks.Rendezvous.Loop(", (await inspected.TimeOutAsync(task)).Failure.Stack!.Frames[^1],
                StringComparison.Ordinal);
        }
        await Waiting.UntilGoneAsync(reader);

        static int? Ready(ObservedExecutor readers) => readers.Snapshot().Workers
            .FirstOrDefault(static worker => worker.State is WorkerState.Idle or WorkerState.Busy)?.ProcessId;
    }
}
