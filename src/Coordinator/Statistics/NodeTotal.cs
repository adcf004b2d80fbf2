namespace Offloop.Coordinator.Statistics;

/// <summary>What a node has done in a run.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Address">Where it joined from.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Slots">How many calls it runs at once.</param>
/// <param name="Done">How many calls it has ended.</param>
internal sealed record NodeTotal(string Name, string Address, int? ProcessId, int Slots, long Done)
{
    /// <summary>The nodes of an executor.</summary>
    public static IReadOnlyList<NodeTotal> Of(ExecutorSnapshot snapshot) =>
    [
        .. snapshot.Workers.Where(static worker => worker.Node is not null).OrderBy(static worker => worker.Id).Select(static worker =>
            new NodeTotal(worker.Node!.Name, worker.Node.Address, worker.ProcessId, worker.Node.Slots, worker.TasksDone)),
    ];
}
