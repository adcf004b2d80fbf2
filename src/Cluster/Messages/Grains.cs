namespace Offloop.Cluster.Messages;

/// <summary>A coordinator as its nodes reach it. The key is the address of its silo, '/', and the address of the node's: each node has an
/// activation of its own. Every call is short and may be repeated.</summary>
internal interface ICoordinatorGrain : IGrainWithStringKey
{
    /// <summary>Asks to work for the coordinator. A node that has a session loses it by this.</summary>
    Task<JoinAnswer> JoinAsync(NodeCard card);

    /// <summary>Renews the lease of a session; false if the session is over. The node counts from when it has asked.</summary>
    Task<bool> RenewAsync(Guid session, NodeCondition condition);

    /// <summary>Takes reports; false if the session is over. Reports with a number that has come before are left out.</summary>
    Task<bool> ReportAsync(Guid session, int lane, long number, NodeReport[] reports);

    /// <summary>The node wants to leave; false if it still has tasks, or may get some. True ends the session.</summary>
    Task<bool> LeaveAsync(Guid session);
}

/// <summary>A node as its coordinator reaches it. The key is the address of its silo, '/', and the address of the coordinator's.</summary>
internal interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Takes orders; false if the session is over. Orders with a number that has come before are left out.</summary>
    Task<bool> OrderAsync(Guid session, int lane, long number, NodeOrder[] orders);
}
