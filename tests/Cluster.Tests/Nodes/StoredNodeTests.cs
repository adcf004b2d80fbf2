namespace Offloop.Tests.Nodes;

public sealed class StoredNodeTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_node_waits_for_a_store_that_is_not_there_yet_and_for_no_other()
    {
        using var keys = new KeyFolder();
        int tries = 0;
        var store = ClusterStore.Of(
            static _ => { },
            _ => throw (++tries < 3
                ? new ClusterStartException("The store cannot be reached.") { MayPass = true }
                : new ClusterStartException("The store does not let this process in.")),
            "a store");
        await using var node = new ClusterNode(
            new ClusterNodeOptions { Network = new ClusterNetwork { Store = store, KeyFile = keys.KeyFile }, Slots = 1 });

        var error = await Assert.ThrowsAnyAsync<ClusterException>(() => node.Completion);

        Assert.Equal((3, "The store does not let this process in."), (tries, error.Message));
    }
}
