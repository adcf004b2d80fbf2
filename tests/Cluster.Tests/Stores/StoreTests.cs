using System.Diagnostics;
using System.Globalization;
using Offloop.Coordinator.Clustering;

namespace Offloop.Tests.Stores;

/// <summary>What holds for a cluster whose list of members is kept in a server.</summary>
public abstract class StoreTests(StoreServer server)
{
    /// <summary>The second cluster in the same store would find nodes, and they would find its executor.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_map_runs_over_nodes_that_have_found_the_executor_and_those_of_another_cluster_do_not()
    {
        server.Require();
        await using var cluster = new StoreCluster(server);
        await using var other = new StoreCluster(server);
        ClusterExecutor executor = cluster.StartExecutor();
        ClusterExecutor stranger = other.StartExecutor();
        cluster.StartNode("first", slots: 2);
        cluster.StartNode("second", slots: 2);
        await executor.WaitForSlotsAsync(4);

        List<int> results = [];
        await foreach (int result in executor.MapAsync(Basics.Square, Enumerable.Range(0, 1_000)))
            results.Add(result);

        Assert.Equal(Enumerable.Range(0, 1_000).Select(static value => value * value), results);
        Assert.Equal(2, executor.GetSnapshot().Workers.Count);
        Assert.Empty(stranger.GetSnapshot().Workers);
        Assert.DoesNotContain(
            cluster.Log.Lines, static line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact(Timeout = 2 * Waiting.Hang)]
    public async Task Nodes_take_the_next_executor_when_theirs_is_killed_and_the_loss_of_the_first_node_ends_nothing()
    {
        server.Require();
        await using var cluster = new StoreCluster(server, nodeTimeout: 3);
        ChildProgram first = cluster.StartNode("first", slots: 1); // before any executor
        ChildProgram killed = cluster.StartExecutorProcess();
        await killed.HearAsync("listening ");
        await first.HearAsync("joined first");
        await using var point = new MeetingPoint();
        killed.Say(point.For().Port.ToString(CultureInfo.InvariantCulture));
        Visitor orphan = await point.NextAsync();

        var time = Stopwatch.StartNew();
        killed.Kill();
        ClusterExecutor executor = cluster.StartExecutor();
        await executor.WaitForSlotsAsync(1);
        Console.WriteLine($"taken after {time.ElapsedMilliseconds}");
        Assert.Null(await orphan.HearAsync());

        cluster.StartNode("second", slots: 1);
        await executor.WaitForSlotsAsync(2);
        Task<int>[] tasks = [.. Enumerable.Range(0, 2).Select(_ => executor.SubmitAsync(Rendezvous.Wait, point.For()))];
        Visitor[] visitors = await point.NextAsync(2);
        time.Restart();
        first.Kill();
        Task<int> lost = await Task.WhenAny(tasks);
        await Assert.ThrowsAsync<WorkerLostException>(() => lost);
        Console.WriteLine($"lost after {time.ElapsedMilliseconds}");
        Task<int> kept = Assert.Single(tasks, task => task != lost);
        Visitor other = Assert.Single(visitors, static visitor => Waiting.IsAlive(visitor.ProcessId));
        other.LetGo();
        Assert.Equal(other.ProcessId, await kept);
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_wrong_password_and_a_server_that_is_not_there_are_told_in_one_sentence()
    {
        server.Require();
        string file = $"{server.AddressFile}-wrong";
        StoreServer.WriteAddress(file, server.Address("wrong-secret"));
        ClusterStore store = ClusterStores.Parse($"@{file}");

        var error = await Assert.ThrowsAsync<ClusterStartException>(() => store.PrepareAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith($"The store {store} does not let this ", error.Message, StringComparison.Ordinal);
        Assert.False(error.MayPass);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", store.ToString(), StringComparison.Ordinal);

        using var nobody = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        nobody.Start();
        int port = ((System.Net.IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        store = ClusterStores.Parse(server.Address(null).Replace($":{server.Port}", $":{port}", StringComparison.Ordinal));
        error = await Assert.ThrowsAsync<ClusterStartException>(() => store.PrepareAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"The store {store} cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.True(error.MayPass);
    }

    [Fact(Timeout = 3 * Waiting.Hang)]
    public async Task While_the_store_is_away_tasks_go_on_and_a_node_is_given_up_and_new_ones_join_when_it_is_back()
    {
        server.Require();
        var time = Stopwatch.StartNew();
        await using var cluster = new StoreCluster(server, nodeTimeout: 3);
        await using var point = new MeetingPoint();
        try
        {
            ClusterExecutor executor = cluster.StartExecutor();
            ChildProgram first = cluster.StartNode("first", slots: 1);
            var second = cluster.StartNode("second", slots: 1);
            await Task.WhenAny(executor.WaitForSlotsAsync(2), Task.Delay(40_000)); Console.WriteLine($"{time.ElapsedMilliseconds} {executor.GetSnapshot().Workers.Count} {first.Heard} {second.Heard}");
            await executor.WaitForSlotsAsync(2).WaitAsync(TimeSpan.FromSeconds(1));
            Task<int>[] tasks = [.. Enumerable.Range(0, 2).Select(_ => executor.SubmitAsync(Rendezvous.Wait, point.For()))];
            Visitor[] visitors = await point.NextAsync(2);

            Console.WriteLine($"{time.ElapsedMilliseconds} stops");
            await server.StopAsync();
            await Task.Delay(12_000); // a lease and more
            Console.WriteLine($"{time.ElapsedMilliseconds} {string.Join(',', tasks.Select(t => t.Status))}");
            first.Kill();
            Task<int> lost = await Task.WhenAny(tasks);
            await Assert.ThrowsAsync<WorkerLostException>(() => lost);
            Console.WriteLine($"{time.ElapsedMilliseconds} lost");
            Task<int> kept = Assert.Single(tasks, task => task != lost);
            Visitor other = Assert.Single(visitors, static visitor => Waiting.IsAlive(visitor.ProcessId));
            other.LetGo();
            Assert.Equal(other.ProcessId, await kept);
            Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
            ChildProgram third = cluster.StartNode("third", slots: 2);
            await Task.Delay(3_000);

            Console.WriteLine($"{time.ElapsedMilliseconds} starts");
            await server.StartAsync();
            await Task.WhenAny(executor.WaitForSlotsAsync(3), Task.Delay(60_000)); Console.WriteLine($"{time.ElapsedMilliseconds} {executor.GetSnapshot().Workers.Count} third: {third.Heard}");
            Console.WriteLine($"{time.ElapsedMilliseconds} third is there");
            Assert.Equal(9, await executor.SubmitAsync(Basics.Square, 3));
        }
        finally
        {
            foreach (string line in cluster.Log.Lines)
                Console.WriteLine(line);
        }
    }
}
