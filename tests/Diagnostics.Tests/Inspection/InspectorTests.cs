using Offloop.SampleTasks;
using Offloop.Telemetry;

namespace Offloop.Tests.Inspection;

/// <summary>A kill does not depend on what looks into the worker before it.</summary>
public sealed class InspectorTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task What_the_inspector_throws_keeps_no_worker_alive()
    {
        await using var watched = new Watched(new TestInspector(static () => throw new InvalidOperationException("as it should")));
        (Task task, int process) = await watched.LoopAsync();

        await watched.PassAsync();

        Assert.Null((await Assert.ThrowsAsync<TaskTimeoutException>(() => task)).Failure.Stack);
        await Waiting.UntilGoneAsync(process);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_inspector_that_never_ends_keeps_no_worker_alive()
    {
        var never = new TaskCompletionSource<WorkerFindings>();
        await using var watched = new Watched(new TestInspector(() => never.Task) { Patience = TimeSpan.FromMilliseconds(50) });
        (Task task, int process) = await watched.LoopAsync();

        await watched.PassAsync();

        Assert.Null((await Assert.ThrowsAsync<TaskTimeoutException>(() => task)).Failure.Stack);
        await Waiting.UntilGoneAsync(process);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_ends_while_its_worker_is_looked_into_costs_no_worker()
    {
        var look = new TaskCompletionSource<WorkerFindings>();
        var inspector = new TestInspector(() => look.Task);
        await using var watched = new Watched(inspector);
        Task<int> task = watched.Pool.SubmitAsync(Rendezvous.Wait, watched.Point.For());
        Visitor visitor = await watched.Point.NextAsync();
        await watched.PassAsync();
        await inspector.Began;

        visitor.LetGo();
        await Assert.ThrowsAsync<TaskTimeoutException>(() => task); // it has ended by itself, too late
        look.SetResult(WorkerFindings.None);

        Assert.Equal(visitor.ProcessId, await watched.Pool.SubmitAsync(Basics.ProcessId));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_is_killed_at_once_for_another_reason_while_it_is_looked_into()
    {
        var never = new TaskCompletionSource<WorkerFindings>();
        var inspector = new TestInspector(() => never.Task);
        await using var watched = new Watched(inspector);
        (Task task, int process) = await watched.LoopAsync();
        await watched.PassAsync();
        await inspector.Began;

        using (var worker = System.Diagnostics.Process.GetProcessById(process))
            worker.Kill();

        Assert.Null((await Assert.ThrowsAsync<TaskTimeoutException>(() => task)).Failure.Stack);
        await Waiting.UntilGoneAsync(process);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_with_several_tasks_is_looked_into_once_and_nobody_else_is_said_to_hang()
    {
        var inspector = new TestInspector(static () => Task.FromResult(new WorkerFindings(
            new Dictionary<long, TaskStackTrace> { [1] = new() { Frames = ["A.B()"] }, [2] = new() { Frames = ["C.D()"] } })));
        await using var watched = new Watched(inspector, threads: 2);
        (Task stuck, int process) = await watched.LoopAsync();
        var forever = new SubmitOptions { Timeout = Timeout.InfiniteTimeSpan };
        Task<int> neighbour = watched.Pool.SubmitAsync(Rendezvous.Wait, watched.Point.For(), forever);
        Visitor visitor = await watched.Point.NextAsync();

        await watched.PassAsync();
        TaskTimeoutException error = await Assert.ThrowsAsync<TaskTimeoutException>(() => stuck);
        visitor.LetGo();
        Assert.Equal(process, await neighbour);
        await Waiting.UntilGoneAsync(process);

        Assert.Equal(["A.B()"], error.Failure.Stack!.Frames);
        Assert.Equal(1, inspector.Looks);
        Assert.Equal(1, Assert.Single(watched.Events.Heard.OfType<TaskStackRead>()).TaskId);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_was_ended_by_hand_says_where_it_was()
    {
        var inspector = new TestInspector(static () => Task.FromResult(new WorkerFindings(
            new Dictionary<long, TaskStackTrace> { [1] = new() { Frames = ["A.B()"] } })));
        await using var watched = new Watched(inspector);
        (Task task, int process) = await watched.LoopAsync();

        Assert.True(((IExecutorControl)watched.Pool).TryEndTask(1));
        Assert.False(((IExecutorControl)watched.Pool).TryEndTask(2));
        await watched.Clock.PassAsync(Inspected.Grace);

        ExecutorException error = await Assert.ThrowsAsync<ExecutorException>(() => task);
        Assert.EndsWith(
            "was ended by hand, by somebody who looks after the executor. It was in A.B().", error.Message, StringComparison.Ordinal);
        Assert.Equal((process, FailureCause.Cancellation), (error.Failure.ProcessId, error.Failure.Cause));
    }

    private sealed class Watched : IAsyncDisposable
    {
        public Watched(WorkerInspector inspector, int threads = 1) => Pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MaxWorkers = 1,
            ThreadsPerWorker = threads,
            TaskTimeout = Inspected.Limit,
            CancellationGrace = Inspected.Grace,
            StartTimeout = Waiting.ForStart,
            TimeProvider = Clock,
            Listeners = [Events],
            Inspection = _ => inspector,
        });

        public ObservedClock Clock { get; } = new();

        public TestListener Events { get; } = new(hearsTasks: false);

        public MeetingPoint Point { get; } = new();

        public ProcessPoolExecutor Pool { get; }

        /// <summary>A task that never ends, and its process.</summary>
        public async Task<(Task Task, int Process)> LoopAsync()
        {
            Task task = Pool.SubmitAsync(Rendezvous.Loop, Point.For());
            return (task, (await Point.NextAsync()).ProcessId);
        }

        /// <summary>Lets the time of a task and its grace pass.</summary>
        public async Task PassAsync()
        {
            await Clock.PassAsync(Inspected.Limit);
            await Clock.PassAsync(Inspected.Grace);
        }

        public async ValueTask DisposeAsync()
        {
            await Point.DisposeAsync();
            await Pool.ShutdownAsync(ShutdownMode.Kill);
        }
    }

    private sealed class TestInspector(Func<Task<WorkerFindings>> look) : WorkerInspector
    {
        private readonly TaskCompletionSource _began = new();
        private int _looks;

        public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

        public Task Began => _began.Task;

        public int Looks => Volatile.Read(ref _looks);

        public override TimeSpan Limit => Patience;

        public override bool Wants(FailureCause cause) => cause is not FailureCause.Shutdown;

        public override Task<WorkerFindings> LookAsync(int processId, FailureCause cause)
        {
            Interlocked.Increment(ref _looks);
            _began.TrySetResult();
            return look();
        }

        public override void Hear(ExecutorEvent happened)
        {
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
