using Microsoft.Extensions.Time.Testing;
using Offloop.Cluster.Coordination;
using Offloop.Cluster.Messages;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Tests.Coordination;

/// <summary>Leases, seen from the executor, with a clock that is moved by hand and nodes that are played.</summary>
public sealed partial class NodeRosterTests : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(8);

    private readonly FakeTimeProvider _clock = new();
    private readonly Scheduler _scheduler;
    private readonly NodeRoster _roster;
    private readonly PayloadFormat _format = PayloadFormat.For(null);
    private readonly List<RunOrder> _runs = [];
    private readonly TaskCompletionSource _piece = new(TaskCreationOptions.RunContinuationsAsynchronously); // one has come
    private Task<bool> _pieces = Task.FromResult(true); // the answer to pieces

    public NodeRosterTests()
    {
        _scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = TimeSpan.FromSeconds(2),
            EndPatience = TimeSpan.FromSeconds(5),
            ShutdownTimeout = TimeSpan.FromSeconds(30),
            TimeProvider = _clock,
            Logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance,
            Events = new ExecutorEvents(),
        });
        var options = new ClusterExecutorOptions { Network = new ClusterNetwork { NodeTimeout = s_timeout }, LeaseTime = _clock };
        _roster = new NodeRoster(_scheduler, options, _format, static () => Task.CompletedTask);
        _scheduler.Use(_roster);
    }

    public async ValueTask DisposeAsync() => await _roster.CloseAsync();

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_gets_tasks_when_it_has_asked_for_its_lease_and_not_before()
    {
        JoinAnswer answer = Admit("a");
        _ = Submit();
        Assert.Equal((1, 0), (_scheduler.Snapshot().Queued, _scheduler.Snapshot().Running));

        Assert.True(Renew(answer.Session, new NodeCondition()));

        await UntilRunsAsync(1);
        Assert.Equal(ExecutorState.Open, _scheduler.State);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_silent_node_keeps_its_task_until_the_verdict_and_gets_no_other()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);

        _clock.Advance(s_timeout * 0.75);
        _ = Submit();
        Assert.False(task.IsCompleted);
        Assert.Equal(1, _scheduler.Snapshot().Queued);
        Assert.Equal(ExecutorState.Degraded, _scheduler.State);

        _clock.Advance(s_timeout * 0.5);
        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal((FailureCause.NodeLost, TaskPhase.Unknown, "a"), (lost.Failure.Cause, lost.Failure.Phase, lost.Failure.Node));
        Assert.False(Renew(answer.Session, new NodeCondition()));
        Assert.False(_roster.Take(answer.Session, Arrivals.Messages, 1, [new GivenBackReport(1)]));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_that_is_heard_again_before_the_verdict_goes_on_as_if_nothing_had_been()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);
        _clock.Advance(s_timeout * 0.9);

        Assert.True(Renew(answer.Session, new NodeCondition()));
        Task<int> second = Submit();
        await UntilRunsAsync(2);
        Assert.True(_roster.Take(answer.Session, Arrivals.Messages, 1, [Returned(1, "7"), Returned(2, "8")]));

        Assert.Equal((7, 8), (await task, await second));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Reports_that_come_twice_count_once()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);

        Assert.True(_roster.Take(answer.Session, Arrivals.Messages, 1, [Returned(1, "7")]));
        Assert.True(_roster.Take(answer.Session, Arrivals.Messages, 1, [Returned(1, "9")]));

        Assert.Equal(7, await task);
        Assert.Equal(1, _scheduler.Snapshot().Succeeded);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_task_with_retries_runs_on_another_node_after_the_verdict()
    {
        Ready("a");
        Task<int> task = Submit(new SubmitOptions { CrashRetries = 1 });
        await UntilRunsAsync(1);
        _clock.Advance(s_timeout * 1.2);
        Assert.False(task.IsCompleted);

        JoinAnswer other = Ready("b");
        await UntilRunsAsync(2);
        Assert.Equal(2, _runs[1].Attempt);
        _roster.Take(other.Session, Arrivals.Messages, 1, [Returned(1, "3")]);

        Assert.Equal(3, await task);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_result_that_has_come_in_part_goes_with_its_node_and_comes_whole_from_another()
    {
        JoinAnswer lost = Ready("a");
        Task<int> task = Submit(new SubmitOptions { CrashRetries = 1 });
        await UntilRunsAsync(1);
        PieceReport begin = new(new Piece(1, 7, 0, "123"u8.ToArray())), end = new(new Piece(1, 7, 3, "4567"u8.ToArray()));
        Assert.True(_roster.Take(lost.Session, Arrivals.Pieces, 1, [begin]));
        _clock.Advance(s_timeout * 1.2);
        Assert.False(_roster.Take(lost.Session, Arrivals.Pieces, 2, [end]));

        JoinAnswer other = Ready("b");
        await UntilRunsAsync(2);
        Assert.True(_roster.Take(other.Session, Arrivals.Pieces, 1, [begin, end]));
        Assert.True(_roster.Take(
            other.Session, Arrivals.Messages, 1, [Returned(1, "") with { Result = Carried.ByTransfer(PayloadKind.Json, 1) }]));

        Assert.Equal(1234567, await task);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_that_comes_back_has_lost_what_it_had()
    {
        JoinAnswer before = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);

        JoinAnswer after = Ready("a");

        await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.NotEqual(before.Session, after.Session);
        Assert.False(Renew(before.Session, new NodeCondition()));
        Assert.Single(_scheduler.Snapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_leaving_node_gets_no_more_tasks_and_leaves_when_it_has_none()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);

        Renew(answer.Session, new NodeCondition { IsDraining = true });
        _ = Submit();
        Assert.False(_roster.TryLeave(answer.Session));
        _roster.Take(answer.Session, Arrivals.Messages, 1, [Returned(1, "7")]);
        Assert.Equal(7, await task);

        Assert.True(_roster.TryLeave(answer.Session));
        Assert.Empty(_scheduler.Snapshot().Workers);
        Assert.Equal(1, _scheduler.Snapshot().Queued);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_whose_workers_cannot_start_gets_nothing_until_they_can()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);
        var cannot = new TaskFailure { Cause = FailureCause.StartFailure, Phase = TaskPhase.NotStarted };

        _roster.Take(answer.Session, Arrivals.Messages, 1, [new LostReport(1, Packed.Pack(cannot))]);
        Assert.Equal((1, 0), (_scheduler.Snapshot().Queued, _scheduler.Snapshot().Running));
        Renew(answer.Session, new NodeCondition { Trouble = "no space" });
        Assert.Equal(1, _scheduler.Snapshot().Queued);

        Renew(answer.Session, new NodeCondition());
        await UntilRunsAsync(2);
        _roster.Take(answer.Session, Arrivals.Messages, 2, [Returned(2, "7")]);
        Assert.Equal(7, await task);
    }

    [Fact]
    public void A_node_that_breaks_the_protocol_is_lost()
    {
        JoinAnswer answer = Ready("a");
        Assert.False(_roster.Take(answer.Session, Arrivals.Messages, 1, [new GivenBackReport(99)]));
        Assert.Empty(_scheduler.Snapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_whose_word_cannot_be_read_is_lost_with_its_task()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);

        Assert.False(_roster.Take(answer.Session, Arrivals.Messages, 1, [new EndedReport(1) { End = "{"u8.ToArray() }]));

        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => task);
        Assert.Equal((FailureCause.NodeLost, TaskPhase.Unknown), (lost.Failure.Cause, lost.Failure.Phase));
    }

    [Fact]
    public void A_node_whose_process_was_declared_dead_is_not_admitted_until_it_takes_part_anew()
    {
        _roster.Suspect(new HashSet<string> { "a:1@1" });

        Assert.Contains("declared dead", Admit("a").Refusal, StringComparison.Ordinal);
        Assert.Null(Admit("b").Refusal);
    }

    /// <summary>Regression: the task of the good report ran again, although it may run only once, and its result was dropped.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task The_end_of_a_task_counts_although_another_report_of_its_batch_cannot_be_read()
    {
        JoinAnswer answer = Ready("a");
        Task<int> good = Submit(), bad = Submit();
        await UntilRunsAsync(2);

        Assert.False(_roster.Take(
            answer.Session, Arrivals.Messages, 1, [Returned(1, "7"), new EndedReport(2) { End = "{"u8.ToArray() }]));

        Assert.Equal(7, await good);
        Assert.Equal(FailureCause.NodeLost, (await Assert.ThrowsAsync<WorkerLostException>(() => bad)).Failure.Cause);
        Ready("b");
        Assert.Equal(0, _scheduler.Snapshot().Queued);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_result_that_is_being_read_when_its_node_is_lost_counts()
    {
        JoinAnswer answer = Ready("a");
        Task<SlowToRead> task = Submit(static value => new SlowToRead(value));
        await UntilRunsAsync(1);
        using var reading = SlowToRead.Hold();
        Task<bool> taking = Task.Run(() => _roster.Take(answer.Session, Arrivals.Messages, 1, [Returned(1, "7")]));
        await reading.Begun;

        _clock.Advance(s_timeout * 1.2);
        Assert.Empty(_scheduler.Snapshot().Workers);
        Ready("b");
        reading.Dispose();

        Assert.True(await taking);
        Assert.Equal(new SlowToRead(7), await task);
        Assert.Equal((1, 0), (_runs.Count, _scheduler.Snapshot().Lost));
    }

    /// <summary>Regression: a healthy node was given up, with all that it ran, because a large argument of a cancelled task was still on
    /// its way, or its result.</summary>
    [Theory(Timeout = Waiting.Hang)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_is_not_given_up_for_an_end_behind_a_payload_that_moves(bool isArgument)
    {
        var held = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pieces = isArgument ? held.Task : Task.FromResult(true);
        JoinAnswer answer = Ready("a");
        using var cancellation = new CancellationTokenSource();
        string large = new('x', 1 << 20);
        Task<string> task = Submit(static value => value, isArgument ? large : "", token: cancellation.Token);
        Task<int> other = Submit();
        await UntilRunsAsync(isArgument ? 1 : 2);
        if (isArgument)
            await _piece.Task;
        else
            _roster.Take(answer.Session, Arrivals.Pieces, 1, [new PieceReport(new Piece(1, 9, 0, "\"123"u8.ToArray()))]);

        await cancellation.CancelAsync();
        for (int i = 0; i < 12; i++) // longer than the patience, and heard of again and again
        {
            _clock.Advance(s_timeout / 4);
            Assert.True(Renew(answer.Session, new NodeCondition()));
        }

        Assert.False(task.IsCompleted);
        held.SetResult(true);
        await UntilRunsAsync(2);
        int sequence = _runs.Single(static run => run.TaskId == 1).Sequence;
        _roster.Take(answer.Session, Arrivals.Messages, 1, [new GivenBackReport(sequence), Returned(3 - sequence, "7")]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.Equal(7, await other);
    }
}
