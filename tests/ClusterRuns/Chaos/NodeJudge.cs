using Offloop.Chaos;

namespace Offloop.ClusterRuns.Chaos;

/// <summary>The judge of a cluster: a loss names something that happened to the node or to the worker.</summary>
internal sealed class NodeJudge(Hits hits, ILookup<int, Entry> ledger) : Judge(ledger)
{
    /// <summary>How the executor begins the reason of a loss by the lease: at its own end, and at the node's, which is sooner.</summary>
    private static readonly string[] s_leases = ["nothing was heard of it", "it has ended its session", "it has come back"];

    /// <summary>Nodes that were lost because a starved machine let them say nothing for the time of their lease.</summary>
    public int StarvedNodes { get; private set; }

    public void Nodes()
    {
        foreach ((int process, string reason) in hits.Unexplained)
        {
            if (s_leases.Any(lease => reason.StartsWith(lease, StringComparison.Ordinal)))
                StarvedNodes++;
            else
                Say($"The node with process {process} is said to be lost although nothing had happened to it: {reason}.");
        }
    }

    protected override bool WasHeldUp(TaskFailure failure) => hits.WasHeldUp(failure.Node);

    protected override void Death(int task, FailureCause cause, string? signal, int? process)
    {
        bool happened = cause switch
        {
            FailureCause.Crash => signal == "SIGKILL" && hits.Was(process, Blow.WorkerKilled),
            FailureCause.NodeLost => hits.WasLost(process),
            _ => false,
        };
        if (!happened)
            Say($"Task {task} is said to have been lost to {cause} ({signal}) of process {process}, which did not happen.");
    }
}
