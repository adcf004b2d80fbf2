using System.ComponentModel.DataAnnotations;
using System.Net;
using CommandLine;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>A verb that can take part in a cluster: how its process and the others reach and trust each other.</summary>
internal abstract class NetworkVerb : ExecutorVerb
{
    protected const string Place = "HOST:PORT, such as 10.0.0.5:7411 or [::1]:7411";

    [Option("cluster-key", MetaValue = "FILE", HelpText = "the key that all processes of a cluster share")]
    [WhenAbsent("a file of this user, which is made")]
    public string? ClusterKey { get; set; }

    [Option("tls-cert", MetaValue = "FILE", HelpText = "encrypt the cluster's connections: this process's certificate, in PEM")]
    [WhenAbsent("not encrypted")]
    public string? TlsCertificate { get; set; }

    [Option("tls-key", MetaValue = "FILE", HelpText = "the private key of --tls-cert"), WhenAbsent("it is in that file")]
    public string? TlsKey { get; set; }

    [Option("tls-ca", MetaValue = "FILE", HelpText = "the authorities whose certificates are admitted"), WhenAbsent("none")]
    public string? TlsAuthority { get; set; }

    [Option("insecure-network", HelpText = "listen also where other machines reach it without --tls-cert")]
    public bool InsecureNetwork { get; set; }

    [Option("node-timeout", MetaValue = "TIME", HelpText = "how long a process of the cluster may give no answer; the same in all")]
    public Duration NodeTimeout { get; set; } = new(TimeSpan.FromSeconds(10));

    /// <summary>The first of these options that was given, or null.</summary>
    protected string? GivenForNetwork => ClusterKey is not null ? "--cluster-key"
        : TlsCertificate is not null ? "--tls-cert"
        : TlsKey is not null ? "--tls-key"
        : TlsAuthority is not null ? "--tls-ca"
        : InsecureNetwork ? "--insecure-network"
        : NodeTimeout.Time != TimeSpan.FromSeconds(10) ? "--node-timeout"
        : null;

    /// <summary>The settings of the network.</summary>
    /// <param name="listen">Where to listen.</param>
    /// <param name="join">The process to join; null for the one that keeps the list of members.</param>
    /// <exception cref="UsageException">They contradict each other, or a certificate cannot be read.</exception>
    public ClusterNetwork NetworkOf(string listen, string? join)
    {
        if ((TlsCertificate is null) != (TlsAuthority is null))
            throw new UsageException(TlsCertificate is null ? "--tls-ca" : "--tls-cert", "expected both, --tls-cert and --tls-ca");
        if (TlsKey is not null && TlsCertificate is null)
            throw new UsageException("--tls-key", "expected it with --tls-cert");
        try
        {
            var network = new ClusterNetwork
            {
                ListenOn = IPEndPoint.Parse(listen),
                Join = join,
                KeyFile = ClusterKey,
                Tls = TlsCertificate is { } own ? ClusterTls.FromFiles(own, TlsKey, TlsAuthority!) : null,
                AllowInsecureNetwork = InsecureNetwork,
                NodeTimeout = NodeTimeout,
            };
            network.Validate();
            return network;
        }
        catch (FormatException)
        {
            throw new UsageException(listen, "expected an address of this machine and a port, such as 127.0.0.1:7411");
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException("the cluster", ClusterWords.InOptions(error.Message, join is not null).TrimEnd('.'));
        }
    }
}

/// <summary>A verb with an executor that may have nodes, and that a page can show while it runs.</summary>
internal abstract class ShownVerb : NetworkVerb
{
    /// <summary>Where nodes join an executor that is not told another address.</summary>
    public const string DefaultListen = "127.0.0.1:7411";

    [Option("dashboard", MetaValue = "[PORT]", HelpText = "show the executor on a page at this port of 127.0.0.1, 0 for any free one, 8650 "
        + "if none is given"), Range(0, 65535), WhenAlone("8650"), WhenAbsent("no page")]
    public int? Dashboard { get; set; }

    [Option("cluster-listen", MetaValue = "HOST:PORT", HelpText = "where nodes join"), Accepts(Place), WhenAbsent(DefaultListen)]
    public string? ClusterListen { get; set; }

    [Option("nodes", MetaValue = "N", HelpText = "start so many nodes on this machine"), Range(0, 64), WhenAbsent("wait for nodes")]
    public int? Nodes { get; set; }

    [Option("slots", MetaValue = "N", HelpText = "calls that each of --nodes runs at once, each in a process"), Range(1, 1024)]
    [WhenAbsent("one for each processor")]
    public int? Slots { get; set; }

    [Option("require", MetaValue = "LABEL", HelpText = "run only on nodes with this label, such as gpu or os=linux"), Accepts("a label")]
    public IEnumerable<string> Require { get; set; } = [];

    /// <summary>The labels that a node must have.</summary>
    public string[] Requires => [.. Require.SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>What a cluster's executor needs to know.</summary>
    public ClusterPlan ClusterPlan => new(NetworkOf(ClusterListen ?? DefaultListen, join: null), Nodes ?? 0, NodeArguments);

    /// <summary>What the nodes that this program starts itself are told beside the executor's address.</summary>
    private string[] NodeArguments =>
    [
        $"--slots={Slots ?? Environment.ProcessorCount}", $"--node-timeout={NodeTimeout}",
        .. Given("--cluster-key", ClusterKey), .. Given("--tls-cert", TlsCertificate), .. Given("--tls-key", TlsKey),
        .. Given("--tls-ca", TlsAuthority),
    ];

    /// <summary>Refuses options of a cluster for another executor, and for a cluster those that are about workers of this machine.</summary>
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
        _ = ClusterPlan;
    }

    private static string[] Given(string option, string? value) => value is null ? [] : [$"{option}={Path.GetFullPath(value)}"];
}

/// <summary>What a cluster's executor needs to know.</summary>
/// <param name="Network">How it and its nodes reach each other.</param>
/// <param name="Nodes">How many nodes the program starts itself.</param>
/// <param name="NodeArguments">What they are told beside the executor's address.</param>
internal sealed record ClusterPlan(ClusterNetwork Network, int Nodes, IReadOnlyList<string> NodeArguments);
