using Microsoft.Extensions.Time.Testing;
using Offloop.Cluster.Coordination;
using Offloop.Cluster.Messages;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Tests.Coordination;

/// <summary>Leases, seen from the executor, with a clock that is moved by hand and nodes that are played.</summary>
public sealed class NodeRosterTests : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(8);

    private readonly FakeTimeProvider _clock = new();
    private readonly Scheduler _scheduler;
    private readonly NodeRoster _roster;
    private readonly PayloadFormat _format = PayloadFormat.For(null);
    private readonly List<RunOrder> _runs = [];

    public NodeRosterTests()
    {
        _scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = TimeSpan.FromSeconds(2),
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

        Assert.True(_roster.Renew(answer.Session, new NodeCondition()));

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
        Assert.False(_roster.Renew(answer.Session, new NodeCondition()));
        Assert.False(_roster.Take(answer.Session, Arrivals.Messages, 1, [new GivenBackReport(1)]));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_that_is_heard_again_before_the_verdict_goes_on_as_if_nothing_had_been()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);
        _clock.Advance(s_timeout * 0.9);

        Assert.True(_roster.Renew(answer.Session, new NodeCondition()));
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
        Assert.False(_roster.Renew(before.Session, new NodeCondition()));
        Assert.Single(_scheduler.Snapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_leaving_node_gets_no_more_tasks_and_leaves_when_it_has_none()
    {
        JoinAnswer answer = Ready("a");
        Task<int> task = Submit();
        await UntilRunsAsync(1);

        _roster.Renew(answer.Session, new NodeCondition { IsDraining = true });
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
        _roster.Renew(answer.Session, new NodeCondition { Trouble = "no space" });
        Assert.Equal(1, _scheduler.Snapshot().Queued);

        _roster.Renew(answer.Session, new NodeCondition());
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

    private static EndedReport Returned(int sequence, string json) => new(sequence)
    {
        End = Packed.Pack(new Offloop.Protocol.FinishedTask { Sequence = sequence, Kind = Offloop.Protocol.FinishKind.Returned }),
        Result = Carried.Inline(new Payload(PayloadKind.Json, System.Text.Encoding.UTF8.GetBytes(json))),
    };

    private JoinAnswer Admit(string name) => _roster.Admit(
        new NodeCard { Name = name, Address = $"{name}:1@1", ProcessId = 1, Slots = 4, Labels = [] },
        (_, _, _, orders) =>
        {
            lock (_runs)
                _runs.AddRange(orders.OfType<RunOrder>());
            return Task.FromResult(true);
        });

    private JoinAnswer Ready(string name)
    {
        JoinAnswer answer = Admit(name);
        Assert.Null(answer.Refusal);
        Assert.True(_roster.Renew(answer.Session, new NodeCondition()));
        return answer;
    }

    private Task<int> Submit(SubmitOptions? options = null)
    {
        Func<int, int> work = static value => value;
        var request = new TaskRequest<int, int>(
            MethodEntries<int, int>.Of(work, CallKind.Plain, _format), CallForms<int, int>.For(CallKind.Plain).Form, work);
        var item = new SubmittedTask<int, int>(request, _scheduler.NextId(), 1, options ?? new SubmitOptions(), CancellationToken.None);
        _scheduler.Submit(item);
        return item.Task;
    }

    private Task UntilRunsAsync(int count) => Waiting.UntilAsync(
        () =>
        {
            lock (_runs)
                return _runs.Count == count;
        },
        "the node has got its tasks");
}
