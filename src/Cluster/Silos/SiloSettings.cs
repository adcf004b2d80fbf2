using System.Net;
using Orleans.Configuration;

namespace Offloop.Cluster.Silos;

/// <summary>The settings of Orleans that follow from those of the cluster.</summary>
internal static class SiloSettings
{
    /// <summary>The most that one message may have. The library's own are at most about 1 MiB.</summary>
    private const int MaxMessageBytes = 16 << 20;

    /// <summary>So many silent probes decide. Two, because one lost packet is nothing yet.</summary>
    private const int MissedProbes = 2;

    /// <summary>More nodes than an executor can have, so that it watches all of them.</summary>
    private const int AllSilos = 10_000;

    private const string Service = "offloop";

    /// <summary>How long a silo may try to join. A process that was killed stays in the store: it counts as stale when it has not written
    /// there for three <see cref="ClusterNetwork.NodeTimeout"/>, and then it takes one or two until it is declared dead.</summary>
    public static TimeSpan JoinLimit(ClusterNetwork network) => (6 * network.NodeTimeout) + TimeSpan.FromSeconds(10);

    public static void Apply(ISiloBuilder silo, ClusterNetwork network, string name, IPEndPoint endPoint, IPEndPoint? join)
    {
        if (network.Store.IsEmbedded)
            silo.UseDevelopmentClustering(join ?? endPoint);
        else
            network.Store.Configure(silo);

        silo.Configure<SiloOptions>(options => options.SiloName = name);
        silo.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = network.ClusterId;
            options.ServiceId = Service;
        });
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = endPoint.Address;
            options.SiloPort = endPoint.Port;
            options.GatewayPort = 0; // clients from outside the cluster have no door
        });
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            Apply(options, network);
            if (network.Store.IsEmbedded)
                ApplyKeeper(options, isKeeper: join is null);
        });
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.MaxMessageBodySize = MaxMessageBytes;
            options.MaxMessageHeaderSize = MaxMessageBytes;
        });

        // A slot or a node may have nothing to do for days, and its grain has to remember all the same.
        silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromDays(365));

        // Silos would tell all others each second how busy they are. Here the scheduler knows, and no grain is placed by load.
        silo.Configure<DeploymentLoadPublisherOptions>(options => options.DeploymentLoadPublisherRefreshTime = TimeSpan.Zero);
    }

    /// <summary>All times follow from the one that users know. Orleans would adapt the time of a probe to the answers, between half of it
    /// and its fourfold, and would believe in a silent peer for longer than its probes do, if its connection said something lately: with
    /// the most at the time of a probe, both end within <see cref="ClusterNetwork.NodeTimeout"/>.</summary>
    private static void Apply(ClusterMembershipOptions options, ClusterNetwork network)
    {
        TimeSpan timeout = network.NodeTimeout;
        options.NumMissedProbesLimit = MissedProbes;
        options.ProbeTimeout = timeout / MissedProbes;
        options.MaxProbeTimeout = timeout / MissedProbes;
        options.TableRefreshTimeout = timeout;
        options.IAmAliveTablePublishTimeout = timeout;
        options.DeathVoteExpirationTimeout = 10 * timeout;
        options.MaxJoinAttemptTime = JoinLimit(network);
        options.DefunctSiloExpiration = TimeSpan.FromHours(1);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
    }

    /// <summary>The executor that keeps the list decides alone who is dead. Orleans would let members vote: nodes that come back from a cut
    /// have found the executor silent, and would declare it dead in its own list, with all its other nodes.</summary>
    private static void ApplyKeeper(ClusterMembershipOptions options, bool isKeeper)
    {
        options.LivenessEnabled = isKeeper;
        options.EnableIndirectProbes = false;
        options.NumVotesForDeathDeclaration = 1;
        options.NumProbedSilos = isKeeper ? AllSilos : 1;
    }
}
