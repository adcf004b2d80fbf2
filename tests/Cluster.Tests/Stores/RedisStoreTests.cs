namespace Offloop.Tests.Stores;

public sealed class RedisStoreTests(RedisServer server) : StoreTests(server), IClassFixture<RedisServer>
{
    [Fact(Timeout = 3 * Waiting.Hang)]
    public Task Tasks_go_on_without_the_store_a_lost_node_is_given_up_and_a_new_one_joins_when_the_store_is_back() =>
        TasksGoOnWithoutTheStoreAsync();

    /// <summary>Regression: those of the lost list and those of the new one never found each other, without a word.</summary>
    [Fact(Timeout = 3 * Waiting.Hang, Explicit = true)]
    public async Task A_store_that_has_lost_the_list_gets_it_again_when_the_next_node_starts()
    {
        server.Require();
        await using var cluster = new StoreCluster(server, nodeTimeout: 5);
        ClusterExecutor executor = cluster.StartExecutor();
        cluster.StartNode("first", slots: 1);
        await cluster.WaitForSlotsAsync(executor, 1);

        await server.StopAsync();
        server.Forget();
        await server.StartAsync();
        Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
        cluster.StartNode("second", slots: 2);

        await cluster.WaitForSlotsAsync(executor, 3);
        Assert.Equal(9, await executor.SubmitAsync(Basics.Square, 3));
        await cluster.Log.LineAsync("Error: The silo executor:", "has ended: the store has lost the list of members");
    }

    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    public async Task A_node_whose_executor_was_killed_says_so_when_no_other_comes()
    {
        server.Require();
        await using var cluster = new StoreCluster(server, nodeTimeout: 4);
        ChildProgram killed = cluster.StartExecutorProcess();
        await killed.HearAsync("listening ");
        await using var node = new ClusterNode(
            new ClusterNodeOptions { Network = cluster.Settings, Slots = 1, ExecutorPatience = TimeSpan.FromSeconds(5) });
        await node.Joined;

        killed.Kill();

        var error = await Assert.ThrowsAnyAsync<ClusterException>(() => node.Completion);
        Assert.StartsWith("The node has lost its executor: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("No executor has admitted it again: there is no executor in the cluster.", error.Message, StringComparison.Ordinal);
    }
}
