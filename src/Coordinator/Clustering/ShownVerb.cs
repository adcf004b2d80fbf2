using System.ComponentModel.DataAnnotations;
using CommandLine;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>A verb with an executor that may have nodes, and that a page can show while it runs.</summary>
internal abstract class ShownVerb : NetworkVerb
{
    /// <summary>Where nodes join an executor that is not told another address.</summary>
    public const string DefaultListen = "127.0.0.1:7411";

    [Option("dashboard", MetaValue = "[PORT]", HelpText = "show the executor on a page at this port of 127.0.0.1, 0 for any free one, 8650 "
        + "if none is given"), Range(0, 65535), WhenAlone("8650"), WhenAbsent("no page")]
    public int? Dashboard { get; set; }

    [Option("cluster-listen", MetaValue = "HOST:PORT", HelpText = "where nodes join"), Accepts(NetworkPlace), WhenAbsent(DefaultListen)]
    public string? ClusterListen { get; set; }

    [Option("nodes", MetaValue = "N", HelpText = "start so many nodes on this machine"), Range(0, 64), WhenAbsent("wait for nodes")]
    public int? Nodes { get; set; }

    [Option("slots", MetaValue = "N", HelpText = "calls that each of --nodes runs at once, each in a process"), Range(1, 1024)]
    [WhenAbsent("one for each processor")]
    public int? Slots { get; set; }

    [Option("require", MetaValue = "LABEL", HelpText = "run only on nodes with this label, such as gpu or os=linux"), Accepts("a label")]
    public IEnumerable<string> Require { get; set; } = [];

    protected override string ListenOption => "--cluster-listen";

    /// <summary>The labels that a node must have.</summary>
    public string[] Requires => [.. Require.SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>How many tasks each node that this program starts runs at once.</summary>
    public int SlotsPerNode => Slots ?? Environment.ProcessorCount;

    /// <summary>What a cluster's executor needs to know.</summary>
    public ClusterPlan ToClusterPlan() =>
        new(NetworkOf(ClusterListen ?? DefaultListen, join: null), Nodes ?? 0, NodeArguments, Invitation, StoreForNodes);

    private string? StoreForNodes => ClusterStore is ['@', .. var file] ? $"@{Path.GetFullPath(file)}" : ClusterStore;

    /// <summary>What the nodes that this program starts itself are told beside the executor's address.</summary>
    private string[] NodeArguments =>
    [
        "--attached", $"--slots={SlotsPerNode}", $"--node-timeout={NodeTimeout}", $"--cluster-id={ClusterId}", .. GivenFiles,
    ];

    private string[] Invitation =>
    [
        .. NodeTimeout.Time == DefaultNodeTimeout ? [] : Words($"--node-timeout={NodeTimeout}"),
        .. ClusterId == DefaultId ? [] : Words($"--cluster-id={ClusterId}"),
        .. GivenFiles.SelectMany(Words),
    ];

    private string[] GivenFiles =>
    [
        .. Given("--cluster-key", ClusterKey), .. Given("--tls-cert", TlsCertificate), .. Given("--tls-key", TlsKey),
        .. Given("--tls-ca", TlsAuthority), .. InsecureNetwork ? ["--insecure-network"] : Array.Empty<string>(),
    ];

    /// <summary>Refuses options of a cluster for another executor, and for a cluster those about workers of this machine.</summary>
    protected void VerifyCluster(ExecutorKind kind, string? forWorkers)
    {
        string? given = ClusterListen is not null ? "--cluster-listen"
            : Nodes is not null ? "--nodes"
            : Slots is not null ? "--slots"
            : Require.Any() ? "--require"
            : GivenForNetwork;
        if (kind != ExecutorKind.Cluster && given is not null)
            throw new UsageException(given, "only a cluster has it; expected --executor cluster");
        if (kind != ExecutorKind.Cluster)
            return;
        if (forWorkers is not null)
            throw new UsageException(forWorkers, "the nodes of a cluster say that of their own workers; expected it without");
        if (Slots is not null && Nodes is null or 0)
            throw new UsageException("--slots", "a node that joins brings its own; expected it with --nodes");
        _ = ToClusterPlan();
    }

    private static string[] Words(string option) => option.Split('=', 2);

    private static string[] Given(string option, string? value) => value is null ? [] : [$"{option}={Path.GetFullPath(value)}"];
}
