using Offloop.Cluster.Messages;
using Offloop.Cluster.Silos;
using Orleans.Concurrency;

namespace Offloop.Cluster.Coordination;

/// <summary>Hands the calls of one node to the roster. Each goes to a thread of the pool, because results are read there.</summary>
[Reentrant, SiloPlacement]
internal sealed class CoordinatorGrain(NodeRoster roster, IGrainFactory grains, ILocalSiloDetails here) : Grain, ICoordinatorGrain
{
    public Task<JoinAnswer> JoinAsync(NodeCard card)
    {
        INodeGrain? node = null;
        string key = $"{card.Address}/{here.SiloAddress.ToParsableString()}";
        return Task.Run(() => roster.Admit(card, (session, lane, number, orders) =>
            (node ??= grains.GetGrain<INodeGrain>(key)).OrderAsync(session, lane, number, orders)));
    }

    /// <summary>Is answered at once, whatever follows from it: a lease must not wait for those who listen to the executor.</summary>
    public Task<bool> RenewAsync(Guid session, NodeCondition condition)
    {
        bool isKnown = roster.Renew(session, condition);
        _ = Task.Run(() => roster.Review(session));
        return Task.FromResult(isKnown);
    }

    public Task<bool> ReportAsync(Guid session, int lane, long number, NodeReport[] reports) =>
        Task.Run(() => roster.Take(session, lane, number, reports));

    public Task<bool> LeaveAsync(Guid session) => Task.Run(() => roster.TryLeave(session));
}
