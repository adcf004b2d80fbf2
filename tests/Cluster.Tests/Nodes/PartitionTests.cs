using System.Net;
using Offloop.ClusterRuns.Networks;

namespace Offloop.Tests.Nodes;

/// <summary>A node whose network loses everything, in both directions and without a word.</summary>
public sealed class PartitionTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_cut_that_is_mended_before_the_lease_is_over_loses_nothing()
    {
        using CableNetwork network = Network();
        await using TestCluster cluster = ClusterOn(network, nodeTimeout: 10);
        Cable cable = await JoinAsync(cluster, network);
        await using var point = new MeetingPoint(network.Address);
        Task<int> held = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        await cable.CutAsync();
        Task<int>[] sent = [.. Enumerable.Range(0, 10).Select(value => cluster.Executor.SubmitAsync(Basics.Square, value))];
        await Waiting.UntilAsync(
            () => cluster.Executor.GetSnapshot().Workers.Single().Node!.HeardAgo > TimeSpan.FromSeconds(3), "a renewal is lost");
        await cable.HealAsync();

        Assert.Equal(Enumerable.Range(0, 10).Select(static value => value * value), await Task.WhenAll(sent));
        visitor.LetGo();
        Assert.Equal(visitor.ProcessId, await held);
        Assert.Equal(0, cluster.Executor.GetSnapshot().Lost);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Both_sides_of_a_cut_come_to_the_same_end_with_the_lease_and_meet_again()
    {
        using CableNetwork network = Network();
        await using TestCluster cluster = ClusterOn(network, nodeTimeout: 4);
        Cable cable = await JoinAsync(cluster, network);
        await using var point = new MeetingPoint(network.Address);
        Task<int> lost = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For());
        Task<int> retried = cluster.Executor.SubmitAsync(Rendezvous.Wait, point.For(), new SubmitOptions { CrashRetries = 1 });
        Visitor[] first = await point.NextAsync(2);

        await cable.CutAsync();
        var error = await Assert.ThrowsAsync<WorkerLostException>(() => lost);
        Assert.Equal(FailureCause.NodeLost, error.Failure.Cause);
        Array.ForEach(first, static visitor => Assert.False(Waiting.IsAlive(visitor.ProcessId))); // the node has ended them, unheard
        await cable.HealAsync();

        Visitor second = await point.NextAsync(); // the node has joined anew
        second.LetGo();
        Assert.Equal(second.ProcessId, await retried);
        ExecutorSnapshot now = cluster.Executor.GetSnapshot();
        Assert.Equal((1, 1), (now.Lost, now.Succeeded));
    }

    private static CableNetwork Network()
    {
        CableNetwork? network = CableNetwork.TryMake(out string reason);
        Assert.SkipWhen(network is null, $"No network can be made and cut here, because {reason}.");
        return network;
    }

    private static TestCluster ClusterOn(CableNetwork network, double nodeTimeout) => new(nodeTimeout, options => options with
    {
        Network = options.Network with { ListenOn = new IPEndPoint(network.Address, 0), AllowInsecureNetwork = true },
    });

    /// <summary>Starts a node of two slots in a network of its own, at the end of the cable.</summary>
    private static async Task<Cable> JoinAsync(TestCluster cluster, CableNetwork network)
    {
        ChildProgram process = cluster.StartProcess(CableNetwork.Apart);
        await process.HearAsync("up");
        Cable cable = network.Lay(process.Process.Id);
        await cluster.JoinAsync(process, slots: 2, address: cable.Address);
        await cluster.Executor.WaitForSlotsAsync(2);
        return cable;
    }
}
