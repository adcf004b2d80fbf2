using Offloop.Cluster.Messages;

namespace Offloop.Tests.Coordination;

/// <summary>How the executor stands, and who waits for it.</summary>
public sealed partial class NodeRosterTests
{
    /// <summary>Regression: the tasks ran again elsewhere at once, beside those that the nodes still had.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task An_executor_that_loses_its_place_in_the_cluster_leaves_the_tasks_to_their_nodes_until_the_leases_are_over()
    {
        Ready("a");
        Task<int> task = Submit(new SubmitOptions { CrashRetries = 1 });
        await UntilRunsAsync(1);

        _roster.Leave("it stood still.");
        Assert.Equal(
            (ExecutorState.Degraded, "this executor has no place in its cluster now: it stood still."),
            (_scheduler.State, _scheduler.Snapshot().StateReason));
        _roster.Return();
        JoinAnswer other = Ready("b");
        _clock.Advance(s_timeout * 0.6);
        Assert.True(Renew(other.Session, new NodeCondition()));
        Assert.Equal((1, 1), (_runs.Count, _scheduler.Snapshot().Running));
        _clock.Advance(s_timeout * 0.6);

        await UntilRunsAsync(2);
        Assert.Equal(2, _runs[1].Attempt);
        _roster.Take(other.Session, Arrivals.Messages, 1, [Returned(1, "3")]);
        Assert.Equal(3, await task);
    }

    /// <summary>Regression: every lease waited for a logger that stood still, and all nodes ended their tasks.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task Leases_are_renewed_and_nodes_are_admitted_while_a_listener_stands_still()
    {
        JoinAnswer first = Ready("a");
        using var stuck = new StuckListener();
        _scheduler.Options.Events.Listen(stuck);
        Task<JoinAnswer> second = Task.Run(() => Ready("b"));
        await stuck.Stuck;

        JoinAnswer third = Ready("c");
        Assert.True(Renew(first.Session, new NodeCondition()));
        Assert.True(Renew(third.Session, new NodeCondition()));

        stuck.Dispose();
        await second;
        await Waiting.UntilAsync(() => _scheduler.Snapshot().Workers.Count == 3, "all are there");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_wait_for_slots_ends_with_its_token_and_with_the_executor()
    {
        using var cancellation = new CancellationTokenSource();
        Task cancelled = _roster.WaitForSlotsAsync(1, cancellation.Token);
        Task closed = _roster.WaitForSlotsAsync(5, CancellationToken.None);
        Task reached = _roster.WaitForSlotsAsync(4, CancellationToken.None);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        Ready("a");
        await reached;
        Assert.False(closed.IsCompleted);
        await _roster.CloseAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closed);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _roster.WaitForSlotsAsync(5, CancellationToken.None));
    }
}
