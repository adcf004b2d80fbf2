using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Offloop.Tests.Stores;

/// <summary>What holds for a cluster whose list of members is kept by a server.</summary>
public abstract class StoreTests(StoreServer server)
{
    /// <summary>The cluster beside it in the same store would find the nodes.</summary>
    [Fact(Timeout = 3 * Waiting.Hang)]
    public async Task Nodes_take_the_next_executor_when_theirs_is_killed_and_another_cluster_sees_nothing_of_it()
    {
        server.Require();
        await using var cluster = new StoreCluster(server, nodeTimeout: 4);
        await using var other = new StoreCluster(server);
        ClusterExecutor stranger = other.StartExecutor();
        ChildProgram first = cluster.StartNode("first", slots: 1); // before any executor
        ChildProgram killed = cluster.StartExecutorProcess();
        await killed.HearAsync("listening ");
        await first.HearAsync("joined first");
        await using var point = new MeetingPoint();
        killed.Say(point.For().Port.ToString(CultureInfo.InvariantCulture));
        Visitor orphan = await point.NextAsync();

        killed.Kill();
        ClusterExecutor executor = cluster.StartExecutor();
        cluster.StartNode("second", slots: 1);
        await cluster.WaitForSlotsAsync(executor, 2);

        Assert.Null(await orphan.HearAsync()); // a session that is over has no task
        List<int> results = [];
        await foreach (int result in executor.MapAsync(Basics.Square, Enumerable.Range(0, 500)))
            results.Add(result);
        Assert.Equal(Enumerable.Range(0, 500).Select(static value => value * value), results);
        Assert.Equal(2, executor.GetSnapshot().Workers.Count);
        Assert.Empty(stranger.GetSnapshot().Workers);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_store_that_cannot_be_used_is_told_in_one_sentence_without_a_password()
    {
        server.Require();

        ClusterStore nobody = server.StoreAt(
            server.Address(null).Replace($":{server.Port}", $":{UnusedPort()}", StringComparison.Ordinal));
        using var keys = new KeyFolder();
        await using var executor = new ClusterExecutor(
            new ClusterExecutorOptions { Network = new ClusterNetwork { Store = nobody, KeyFile = keys.KeyFile } });

        ClusterStartException[] errors = await Task.WhenAll(
            RefusedAsync(server.StoreAt(server.Address("wrong-secret"))), RefusedAsync(server.StoreAt(server.Address(null))),
            RefusedAsync(nobody));

        Assert.Contains(" does not let this ", errors[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", errors[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("password", errors[1].Message, StringComparison.Ordinal);
        Assert.StartsWith($"The store {nobody} cannot be reached", errors[2].Message, StringComparison.Ordinal);
        Assert.Equal([false, false, true], errors.Select(static error => error.MayPass)); // so a node tries again for a while
        var broken = await Assert.ThrowsAnyAsync<ClusterException>(() => executor.WaitForListeningAsync());
        Assert.Equal(errors[2].Message, broken.Message);
        Assert.Equal(ExecutorState.Broken, executor.GetSnapshot().State);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_store_is_used_over_TLS_if_its_certificate_is_trusted_and_for_its_name()
    {
        server.Require();
        await using var silos = new TestSilos();
        ClusterStore trusted = server.StoreAt(server.SecureAddress("127.0.0.1", server.AuthorityFile));

        ClusterStartException[] errors = await Task.WhenAll(
            RefusedAsync(server.StoreAt(server.SecureAddress("127.0.0.1", authorities: null))),
            RefusedAsync(server.StoreAt(server.SecureAddress("localhost", server.AuthorityFile))));
        await silos.StartAsync(silos.Network with { Store = trusted, ClusterId = "secure" }, "secure");

        Assert.All(errors, static error => Assert.Contains(" has no certificate that this machine trusts, or one for another name; ",
            error.Message, StringComparison.Ordinal));
    }

    private protected static async Task<ClusterStartException> RefusedAsync(ClusterStore store)
    {
        var error = await Assert.ThrowsAsync<ClusterStartException>(() => store.PrepareAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"The store {store} ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    /// <summary>The node that is lost is the one that started first, before the executor.</summary>
    protected async Task TasksGoOnWithoutTheStoreAsync()
    {
        server.Require();
        await using var cluster = new StoreCluster(server, nodeTimeout: 4);
        ChildProgram first = cluster.StartNode("first", slots: 1);
        ClusterExecutor executor = cluster.StartExecutor();
        cluster.StartNode("second", slots: 1);
        await cluster.WaitForSlotsAsync(executor, 2);
        await using var point = new MeetingPoint();
        Task<int>[] tasks = [.. Enumerable.Range(0, 2).Select(_ => executor.SubmitAsync(Rendezvous.Wait, point.For()))];
        Visitor[] visitors = await point.NextAsync(2);

        await server.StopAsync();
        first.Kill();

        Task<int> lost = await Task.WhenAny(tasks);
        var error = await Assert.ThrowsAsync<WorkerLostException>(() => lost);
        Assert.Equal("first", error.Failure.Node);
        Task<int> kept = Assert.Single(tasks, task => task != lost); // for longer than a lease lasts
        Visitor other = Assert.Single(visitors, static visitor => Waiting.IsAlive(visitor.ProcessId));
        other.LetGo();
        Assert.Equal(other.ProcessId, await kept);
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));

        cluster.StartNode("third", slots: 2);
        await server.StartAsync();
        await cluster.WaitForSlotsAsync(executor, 3);
        Assert.Equal(9, await executor.SubmitAsync(Basics.Square, 3));
        Assert.Equal(1, executor.GetSnapshot().Lost);
    }

    private static int UnusedPort()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        return ((IPEndPoint)nobody.LocalEndpoint).Port;
    }
}
