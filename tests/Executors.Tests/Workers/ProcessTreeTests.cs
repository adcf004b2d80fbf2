using System.Globalization;

namespace Offloop.Tests.Workers;

public sealed class ProcessTreeTests : SupervisionTests
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F69")]
    public async Task The_children_of_a_killed_worker_die_with_it()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { CancellationGrace = TimeSpan.Zero });
        using var cancellation = new CancellationTokenSource();
        Task task = pool.SubmitAsync(Blocking.WithChild, point.For(), cancellationToken: cancellation.Token);
        Visitor visitor = await point.NextAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        await Waiting.UntilGoneAsync(int.Parse(visitor.Label, CultureInfo.InvariantCulture));
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [Trait("Conformance", "F69")]
    public async Task A_grandchild_whose_parent_is_gone_dies_with_a_worker_that_crashed(string signal)
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task task = pool.SubmitAsync(Supervised.WithOrphanedGrandchild, point.For());
        Visitor visitor = await point.NextAsync();

        Signal(visitor.ProcessId, signal);

        await Assert.ThrowsAsync<WorkerLostException>(() => task);
        await Waiting.UntilGoneAsync(int.Parse(visitor.Label, CultureInfo.InvariantCulture));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_grandchild_that_holds_the_output_open_delays_nothing()
    {
        var pool = new ProcessPoolExecutor(One);

        int grandchild = await pool.SubmitAsync(Supervised.LeaveGrandchild);

        Assert.Equal(4, await pool.SubmitAsync(Basics.Square, 2));
        Assert.True(Waiting.IsAlive(grandchild));
        await EndAsync(pool);
        await Waiting.UntilGoneAsync(grandchild);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "F66")]
    public async Task A_task_that_ignores_termination_is_killed_all_the_same()
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One with { CancellationGrace = TimeSpan.FromMilliseconds(100) });
        var options = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(100) };
        Task<int> task = pool.SubmitAsync(Supervised.IgnoreTermination, point.For(), options);
        Visitor visitor = await point.NextAsync();

        Signal(visitor.ProcessId, "TERM");

        await Assert.ThrowsAsync<TaskTimeoutException>(() => task);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        await EndAsync(pool);
    }
}
