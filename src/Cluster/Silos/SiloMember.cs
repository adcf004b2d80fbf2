namespace Offloop.Cluster.Silos;

/// <summary>One process of the cluster, as this one knows it. Those that have left stay in the list for a while, as dead.</summary>
internal sealed record SiloMember(SiloAddress Address, string Name, SiloStatus Status);
