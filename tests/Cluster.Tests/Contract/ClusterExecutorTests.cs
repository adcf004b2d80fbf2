namespace Offloop.Tests;

/// <summary>What every executor promises, over two processes that are nodes.</summary>
public sealed class ClusterExecutorTests(SharedCluster shared) : ExecutorContractTests, IClassFixture<SharedCluster>
{
    private readonly List<TestCluster> _made = [];

    protected override Executor SharedExecutor => shared.Executor;

    protected override bool RoundTrips => true;

    public override async ValueTask DisposeAsync()
    {
        foreach (TestCluster cluster in _made)
            await cluster.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>With one worker, one node has one slot; otherwise the nodes share the slots.</summary>
    protected override Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var cluster = new TestCluster(change: setup.ToCluster);
        _made.Add(cluster);
        Task.Run(async () =>
        {
            await cluster.JoinAsync(shared.Nodes.First, (setup.Workers + 1) / 2);
            if (setup.Workers > 1)
                await cluster.JoinAsync(shared.Nodes.Second, setup.Workers / 2);
            await cluster.Executor.WaitForSlotsAsync(setup.Workers);
        }).GetAwaiter().GetResult();
        return cluster.Executor;
    }
}
