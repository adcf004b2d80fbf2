using Offloop.Cluster.Nodes;
using Offloop.Surroundings;

namespace Offloop;

/// <summary>Lets this process work for the <see cref="ClusterExecutor"/> of another one, with worker processes of its own. It begins at
/// construction, in the background. All members are thread-safe.
/// <para>The workers find the methods of the tasks as those of a <see cref="ProcessPoolExecutor"/> in this application do: the node must
/// have the same build of the assembly that has the method. If the executor does not answer for <see cref="ClusterNetwork.NodeTimeout"/>,
/// the node ends all that it runs.</para></summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private readonly NodeLife _life;

    /// <summary>Makes a node, which begins to look for its executor.</summary>
    /// <param name="options">Its settings.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public ClusterNode(ClusterNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _life = new NodeLife(options);
        Task? running = null;
        CleanContext.Run(() => running = Task.Run(_life.RunAsync));
        Completion = running!;
    }

    /// <summary>Completes when the node has left: it was drained, or its executor was shut down. If the list of members is kept in a store,
    /// another executor may follow for <see cref="ClusterNodeOptions.ExecutorPatience"/>. Fails with <see cref="ClusterException"/> if the
    /// node could not take part in the cluster, or has lost its executor.</summary>
    public Task Completion { get; }

    /// <summary>Completes when an executor has admitted the node. Is cancelled if none ever does; <see cref="Completion"/> says
    /// why.</summary>
    public Task Joined => _life.Joined;

    /// <summary>The workers and tasks of the node; null while it works for no executor.</summary>
    public ExecutorSnapshot? GetSnapshot() => _life.Snapshot;

    /// <summary>Takes no more tasks, finishes those that the node has, and leaves. Nothing is lost by it.</summary>
    /// <param name="cancellationToken">Ends the wait, not the leaving.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default)
    {
        _life.Drain();
        return Completion.WaitAsync(cancellationToken);
    }

    /// <summary>Leaves at once, and kills what the node runs. It never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        _life.Close();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
