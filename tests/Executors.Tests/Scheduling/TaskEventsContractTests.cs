using Offloop.Telemetry;

namespace Offloop.Tests.Scheduling;

/// <summary>Every executor tells each transition of a task once and in order.</summary>
public abstract class TaskEventsContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    private const string Name = "watched";

    private readonly TestListener _listener = new();

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_returns_is_assigned_started_and_ended()
    {
        await using Executor executor = await CreateReadyAsync();
        await executor.SubmitAsync(Basics.Square, 6, Watched());
        TaskEvent[] told = await EndedAsync();
        Assert.Equal([typeof(TaskAssigned), typeof(TaskStarted), typeof(TaskEnded)], TestListener.TypesOf(told));
        TaskFacts facts = Assert.Single(told.Select(static happened => happened.Task).Distinct());
        Assert.Equal((2, 1), (facts.Id, facts.Attempt));
        Assert.Equal(new TaskEnded(facts, OutcomeKind.Succeeded, Exception: null), told[^1]);
        WorkerSnapshot? worker = executor.GetSnapshot().Workers.SingleOrDefault();
        Assert.Equal(new TaskAssigned(facts, worker?.Id, worker?.ProcessId), told[0]);
        Assert.Equal(new TaskStarted(facts, worker?.Id, worker?.ProcessId), told[1]);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_end_of_a_task_that_throws_has_the_exception_that_its_caller_gets()
    {
        await using Executor executor = await CreateReadyAsync();
        Exception thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => executor.SubmitAsync(Throwing.Invalid, "wrong", Watched()));
        TaskEvent[] told = await EndedAsync();
        Assert.Equal([typeof(TaskAssigned), typeof(TaskStarted), typeof(TaskEnded)], TestListener.TypesOf(told));
        var ended = (TaskEnded)told[^1];
        Assert.Equal(OutcomeKind.Failed, ended.Kind);
        Assert.Same(thrown, ended.Exception);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_answers_its_cancellation_is_asked_to_end_before_it_does()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = await CreateReadyAsync(Waiting.ForStart);
        using var cancellation = new CancellationTokenSource();
        Task<int> task = Elsewhere(() =>
            executor.SubmitAsync(Rendezvous.WaitOrCancel, point.For(), Watched(), cancellation.Token));
        await point.NextAsync();
        await _listener.EventAsync<TaskStarted>(static started => started.Task.Name == Name);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await AssertEndedAsync(FailureCause.Cancellation, OutcomeKind.Cancelled);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_does_not_answer_its_timeout_is_ended_by_force()
    {
        await using var point = new MeetingPoint();
        await using Executor executor = await CreateReadyAsync();
        SubmitOptions options = Watched() with { Timeout = TimeSpan.FromMilliseconds(20) };
        Task<int> task = Elsewhere(() => executor.SubmitAsync(Rendezvous.Wait, point.For(), options));
        await _listener.EventAsync<TaskEnded>(static ended => ended.Task.Name == Name);
        if (IsInline)
            (await point.NextAsync()).LetGo(); // the call returns only now; a process may be killed before it comes here
        await Assert.ThrowsAsync<TaskTimeoutException>(() => task);
        await AssertEndedAsync(FailureCause.Timeout, OutcomeKind.TimedOut, typeof(TaskEndForced));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_that_is_refused_or_cancelled_before_it_runs_only_ends()
    {
        await using Executor executor = await CreateReadyAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => executor.SubmitAsync(Basics.Square, 6, Watched(), new CancellationToken(canceled: true)));
        TaskEnded ended = Assert.IsType<TaskEnded>(Assert.Single(await EndedAsync()));
        Assert.Equal((OutcomeKind.Cancelled, null), (ended.Kind, ended.Exception));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_listener_that_throws_harms_no_task_and_no_worker()
    {
        var broken = new TestListener { OnEvent = static _ => throw new InvalidOperationException("the listener's") };
        await using Executor executor = Create(new ExecutorSetup { Workers = 2, Listeners = [broken, _listener] });
        Assert.Equal(
            Enumerable.Range(0, 20).Select(Basics.Square),
            await Task.WhenAll(Enumerable.Range(0, 20).Select(value => executor.SubmitAsync(Basics.Square, value))));
        await ClosedAsync(executor);
        Assert.Equal(20, _listener.Heard.OfType<TaskEnded>().Count(static ended => ended.Kind == OutcomeKind.Succeeded));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_shutdown_is_told_as_it_begins_and_when_it_is_complete()
    {
        await using Executor executor = await CreateReadyAsync();
        await executor.ShutdownAsync();
        await executor.ShutdownAsync(ShutdownMode.Kill);
        await ClosedAsync(executor);
        Assert.Equal(
            [new ExecutorStateChanged(ExecutorState.ShuttingDown), new ExecutorStateChanged(ExecutorState.Closed)],
            _listener.Heard.OfType<ExecutorStateChanged>().SkipWhile(static changed => changed.State != ExecutorState.ShuttingDown));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Each_of_many_tasks_has_its_events_once_and_in_order()
    {
        await using Executor executor = Create(new ExecutorSetup { Workers = 2, Listeners = [_listener] });
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 500), async (value, token) => await executor.SubmitAsync(Basics.Square, value, Watched(), token));
        await ClosedAsync(executor);
        foreach (IGrouping<long, TaskEvent> task in _listener.OfTask(Name).GroupBy(static happened => happened.Task.Id))
        {
            // A task that travelled ahead may come back, and is assigned again.
            Type[] told = [.. TestListener.TypesOf(task)];
            Assert.Equal([typeof(TaskStarted), typeof(TaskEnded)], told[^2..]);
            Assert.DoesNotContain(typeof(TaskStarted), told[..^2]);
            Type[] before = told[..^2];
            for (int i = 1; i < before.Length; i++)
                Assert.Equal(before[i] == typeof(TaskAssigned), before[i - 1] is { } last && last != typeof(TaskAssigned));
            Assert.Equal(typeof(TaskAssigned), before[^1]);
        }
        Assert.Equal(500, _listener.OfTask(Name).OfType<TaskEnded>().Count());
    }

    private static SubmitOptions Watched() => new() { Name = Name };

    /// <summary>An executor with one worker that has ended a task, and a grace that is soon over if none is given.</summary>
    private async Task<Executor> CreateReadyAsync(TimeSpan? grace = null)
    {
        Executor executor = Create(new ExecutorSetup
        {
            CancellationGrace = grace ?? TimeSpan.FromMilliseconds(20),
            ShutdownTimeout = TimeSpan.FromSeconds(5),
            Listeners = [_listener],
        });
        await executor.SubmitAsync(Basics.Nothing);
        return executor;
    }

    /// <summary>The events of the watched task, once its end was heard. A caller may know the outcome a moment earlier.</summary>
    private async Task<TaskEvent[]> EndedAsync()
    {
        await _listener.EventAsync<TaskEnded>(static ended => ended.Task.Name == Name);
        return _listener.OfTask(Name);
    }

    /// <summary>Closes the executor. All events have been heard then.</summary>
    private async Task ClosedAsync(Executor executor)
    {
        await executor.ShutdownAsync();
        await _listener.EventAsync<ExecutorStateChanged>(static changed => changed.State == ExecutorState.Closed);
    }

    private async Task AssertEndedAsync(FailureCause cause, OutcomeKind kind, params Type[] between)
    {
        TaskEvent[] told = await EndedAsync();
        Assert.Equal(
            [typeof(TaskAssigned), typeof(TaskStarted), typeof(TaskEndRequested), .. between, typeof(TaskEnded)],
            TestListener.TypesOf(told));
        Assert.Equal(cause, Assert.Single(told.OfType<TaskEndRequested>()).Cause);
        Assert.Equal(kind, Assert.Single(told.OfType<TaskEnded>()).Kind);
    }
}
