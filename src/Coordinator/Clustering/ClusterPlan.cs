namespace Offloop.Coordinator.Clustering;

/// <summary>What a cluster's executor needs to know.</summary>
/// <param name="Network">How it and its nodes reach each other.</param>
/// <param name="Nodes">How many nodes the program starts itself.</param>
/// <param name="NodeArguments">What they are told beside the executor's address.</param>
internal sealed record ClusterPlan(ClusterNetwork Network, int Nodes, IReadOnlyList<string> NodeArguments);
