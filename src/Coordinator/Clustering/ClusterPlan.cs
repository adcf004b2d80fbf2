namespace Offloop.Coordinator.Clustering;

/// <summary>What a cluster's executor needs to know.</summary>
/// <param name="Network">How it and its nodes reach each other.</param>
/// <param name="Nodes">How many nodes the program starts itself.</param>
/// <param name="NodeArguments">What they are told beside the way to the executor.</param>
/// <param name="Invitation">What somebody who starts another node has to say beside that way, as the options and their values.</param>
/// <param name="Store">The store in which they find it, as the command line names it; null if they are told its address.</param>
internal sealed record ClusterPlan(
    ClusterNetwork Network, int Nodes, IReadOnlyList<string> NodeArguments, IReadOnlyList<string> Invitation, string? Store);
