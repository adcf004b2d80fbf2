namespace Offloop.Tests;

/// <summary>Two processes whose nodes work for the executors of contract tests, one test after the other.</summary>
[CollectionDefinition]
public sealed class SharedCluster : IExecutorSource, ICollectionFixture<SharedCluster>, IAsyncLifetime
{
    private readonly TestCluster _cluster = new();
    private readonly NodeProcesses _nodes = new();
    private readonly List<TestCluster> _made = [];

    public Executor Executor => _cluster.Executor;

    public async ValueTask InitializeAsync() => await JoinAsync(_cluster, 2);

    /// <summary>Makes an executor. With one worker, one node has one slot; otherwise the nodes share the slots.</summary>
    public Executor Create(ExecutorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var cluster = new TestCluster(change: setup.ToCluster);
        _made.Add(cluster);
        Task.Run(() => JoinAsync(cluster, setup.Workers)).GetAwaiter().GetResult();
        return cluster.Executor;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestCluster cluster in _made)
            await cluster.DisposeAsync();
        await _cluster.DisposeAsync();
        _nodes.Dispose();
    }

    private async Task JoinAsync(TestCluster cluster, int workers)
    {
        await cluster.JoinAsync(_nodes.First, (workers + 1) / 2);
        if (workers > 1)
            await cluster.JoinAsync(_nodes.Second, workers / 2);
        await cluster.Executor.WaitForSlotsAsync(workers);
    }
}
