using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Cluster.Silos;

namespace Offloop.Tests.Nodes;

/// <summary>Executors that end, stand still or lose their place in the cluster, and what becomes of their nodes.</summary>
public sealed class ExecutorEndTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_disposed_executor_ends_its_tasks_on_the_nodes_and_the_nodes_leave()
    {
        await using var cluster = new TestCluster(change: AtOnce);
        ClusterNode node = await cluster.HostAsync(slots: 1);
        await using var point = new MeetingPoint();
        Task<int> task = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        await cluster.Executor.DisposeAsync();

        Assert.Equal(FailureCause.Shutdown, (await Assert.ThrowsAsync<WorkerLostException>(() => task)).Failure.Cause);
        await node.Completion;
        await Waiting.UntilGoneAsync(visitor.ProcessId);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_that_has_its_members_elsewhere_works_for_the_next_executor()
    {
        await using var silos = new TestSilos();
        ClusterNetwork network = await StoredAsync(silos);
        await using ClusterNode node = NewNode(network);
        await using var point = new MeetingPoint();
        await using var first = new ClusterExecutor(AtOnce(new ClusterExecutorOptions { Network = network }));
        Task<int> task = first.SubmitAsync(Rendezvous.Wait, point.For(), new SubmitOptions { Name = "the last one" });
        Visitor visitor = await point.NextAsync();
        Assert.Equal("the last one", Assert.Single(Assert.Single(node.GetSnapshot()!.Workers).Tasks).Name);

        await first.DisposeAsync();

        await Assert.ThrowsAsync<WorkerLostException>(() => task);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        await using var second = new ClusterExecutor(new ClusterExecutorOptions { Network = network });
        Assert.Equal(9, await second.SubmitAsync(Basics.Square, 3));
        await node.DrainAsync();
    }

    /// <summary>Regression: it said that the executor, which had ended long ago, did not admit it, and failed.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_that_has_its_members_elsewhere_leaves_as_it_should_when_its_executor_has_ended_and_no_other_comes()
    {
        await using var silos = new TestSilos();
        ClusterNetwork network = await StoredAsync(silos);
        using var log = new TestLog();
        var executor = new ClusterExecutor(new ClusterExecutorOptions { Network = network });
        await executor.WaitForListeningAsync(); // so that the node's patience is for the next one
        await using ClusterNode node = NewNode(network, patience: TimeSpan.FromSeconds(2), log);
        Assert.Equal(9, await executor.SubmitAsync(Basics.Square, 3));

        await executor.DisposeAsync();
        await node.Completion;

        await log.LineAsync(
            "works for no executor any more: its executor had no more work, and there is no executor in the cluster.");
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_executor_that_the_others_declare_dead_loses_its_nodes_and_takes_part_anew()
    {
        await using var silos = new TestSilos();
        ClusterNetwork network = await StoredAsync(silos);
        await using ClusterNode node = NewNode(network);
        await using var executor = new ClusterExecutor(new ClusterExecutorOptions { Network = network });
        await using var point = new MeetingPoint();
        Task<int> task = executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        IMembershipTable table = silos.First.Services.GetRequiredService<IMembershipTable>();
        MembershipTableData members = await table.ReadAllAsync(TestContext.Current.CancellationToken);
        (MembershipEntry entry, string etag) = members.Members.Single(static member => SiloNames.IsExecutor(member.Item1.SiloName));
        entry.Status = SiloStatus.Dead;
        Assert.True(await table.UpdateRowAsync(entry, etag, members.Version.Next(), TestContext.Current.CancellationToken));

        Assert.Equal(FailureCause.NodeLost, (await Assert.ThrowsAsync<WorkerLostException>(() => task)).Failure.Cause);
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        Assert.Equal(9, await executor.SubmitAsync(Basics.Square, 3));
        await node.DrainAsync();
    }

    [Fact(Timeout = 2 * Waiting.Hang, Explicit = true)]
    public async Task An_executor_that_stood_still_beyond_the_lease_goes_on_with_nodes_that_join_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no signal that stops a process.");
        using var keys = new KeyFolder();
        using var executor = new ChildProgram("--executor", keys.KeyFile);
        string at = await executor.HearAsync("listening ");
        using var node = new ChildProgram("--node");
        node.Say($"join first {at} 1 4 {keys.KeyFile} ");
        await using var point = new MeetingPoint();
        executor.Submit(point);
        Visitor visitor = await point.NextAsync();

        executor.Signal("STOP");
        Assert.Null(await visitor.HearAsync());
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        executor.Signal("CONT");
        node.Say($"join second {at} 1 4 {keys.KeyFile} "); // the first may have left, if all this took long

        executor.Submit(point);
        visitor = await point.NextAsync();
        Assert.True(Waiting.IsAlive(visitor.ProcessId));
        executor.Kill();
        Assert.Null(await visitor.HearAsync());
    }

    private static ClusterExecutorOptions AtOnce(ClusterExecutorOptions options) =>
        options with { ShutdownTimeout = TimeSpan.FromMilliseconds(50) };

    /// <summary>A network whose list of members is with a silo that belongs to no executor and no node.</summary>
    private static async Task<ClusterNetwork> StoredAsync(TestSilos silos)
    {
        ClusterSilo keeper = await silos.StartAsync(silos.Network, "keeper");
        return silos.Network with { Store = ClusterStore.Of(silo => silo.UseDevelopmentClustering(keeper.EndPoint)) };
    }

    private static ClusterNode NewNode(ClusterNetwork network, TimeSpan? patience = null, TestLog? log = null) => new(new()
    {
        Network = network,
        Slots = 1,
        ExecutorPatience = patience ?? Timeout.InfiniteTimeSpan,
        LoggerFactory = log ?? (ILoggerFactory)NullLoggerFactory.Instance,
        Pool = new ProcessPoolOptions { StartTimeout = Waiting.ForStart },
    });
}
