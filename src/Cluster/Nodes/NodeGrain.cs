using Offloop.Cluster.Messages;
using Offloop.Cluster.Silos;
using Orleans.Concurrency;

namespace Offloop.Cluster.Nodes;

/// <summary>Hands the calls of a coordinator to the session that they are about.</summary>
[Reentrant, SiloPlacement]
internal sealed class NodeGrain(NodeSessions sessions) : Grain, INodeGrain
{
    public Task<bool> OrderAsync(Guid session, int lane, long number, NodeOrder[] orders) =>
        Task.Run(() => sessions.Current is { } current && current.Id == session && current.Take(lane, number, orders));
}

/// <summary>The session that a node has now, if it has one.</summary>
internal sealed class NodeSessions
{
    private NodeSession? _current;

    public NodeSession? Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }
}
