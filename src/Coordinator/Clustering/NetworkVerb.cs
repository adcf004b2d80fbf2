using System.Net;
using CommandLine;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>A verb that can take part in a cluster: how its process and the others reach and trust each other.</summary>
internal abstract class NetworkVerb : ExecutorVerb
{
    protected const string NetworkPlace = "HOST:PORT, such as 10.0.0.5:7411 or [::1]:7411";

    protected const string DefaultId = "offloop";
    protected static readonly TimeSpan DefaultNodeTimeout = TimeSpan.FromSeconds(10);

    [Option("cluster-key", MetaValue = "FILE", HelpText = "the key that all processes of a cluster share")]
    [WhenAbsent("a file of this user, which is made")]
    public string? ClusterKey { get; set; }

    [Option("cluster-store", MetaValue = "URL", HelpText = "keep the list of members in redis://HOST:PORT/NUMBER or "
        + "postgres://USER@HOST:PORT/DATABASE, or as the first line of @FILE says; the same in all processes")]
    [Accepts(ClusterStores.Accepted), WhenAbsent("the executor's memory")]
    public string? ClusterStore { get; set; }

    [Option("tls-cert", MetaValue = "FILE", HelpText = "encrypt the cluster's connections: this process's certificate, in PEM")]
    [WhenAbsent("not encrypted")]
    public string? TlsCertificate { get; set; }

    [Option("tls-key", MetaValue = "FILE", HelpText = "the private key of --tls-cert"), WhenAbsent("it is in that file")]
    public string? TlsKey { get; set; }

    [Option("tls-ca", MetaValue = "FILE", HelpText = "the authorities whose certificates are admitted"), WhenAbsent("none")]
    public string? TlsAuthority { get; set; }

    [Option("insecure-network", HelpText = "listen also where other machines reach it without --tls-cert")]
    public bool InsecureNetwork { get; set; }

    [Option("cluster-id", MetaValue = "NAME", HelpText = "the name of the cluster, the same in all its processes"), Accepts("a name")]
    public string ClusterId { get; set; } = DefaultId;

    [Option("node-timeout", MetaValue = "TIME", HelpText = "how long a process of the cluster may give no answer; the same in all")]
    public Duration NodeTimeout { get; set; } = new(DefaultNodeTimeout);

    /// <summary>The option that says where this process listens.</summary>
    protected abstract string ListenOption { get; }

    /// <summary>The first of these options that was given, or null.</summary>
    protected string? GivenForNetwork => ClusterStore is not null ? "--cluster-store"
        : ClusterKey is not null ? "--cluster-key"
        : TlsCertificate is not null ? "--tls-cert"
        : TlsKey is not null ? "--tls-key"
        : TlsAuthority is not null ? "--tls-ca"
        : InsecureNetwork ? "--insecure-network"
        : ClusterId != DefaultId ? "--cluster-id"
        : NodeTimeout.Time != DefaultNodeTimeout ? "--node-timeout"
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
        IPEndPoint place = PlaceOf(listen);
        return Checked($"--node-timeout {NodeTimeout}", "expected 1s or more", () => new ClusterNetwork { NodeTimeout = NodeTimeout }) with
        {
            ListenOn = place,
            Join = Checked($"--join {join}", $"expected {NetworkPlace}", () => new ClusterNetwork { Join = join }).Join,
            ClusterId = Checked(
                $"--cluster-id {ClusterId}", "expected 1 to 64 letters, digits, hyphens, dots and underscores",
                () => new ClusterNetwork { ClusterId = ClusterId }).ClusterId,
            Store = ClusterStore is { } store ? ClusterStores.Parse(store) : Offloop.ClusterStore.Embedded,
            KeyFile = ClusterKey,
            Tls = TlsCertificate is { } own ? Certificates(own) : null,
            AllowInsecureNetwork = InsecureNetwork,
        };
    }

    private static ClusterNetwork Checked(string subject, string remedy, Func<ClusterNetwork> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException)
        {
            throw new UsageException(subject, remedy);
        }
    }

    private IPEndPoint PlaceOf(string text)
    {
        string subject = $"{ListenOption} {text}";
        bool isPlace = text.Contains(':', StringComparison.Ordinal) && text.IndexOfAny(['.', ']']) > 0;
        if (!isPlace || !IPEndPoint.TryParse(text, out IPEndPoint? place))
            throw new UsageException(subject, "expected an address of this machine and a port, such as 127.0.0.1:7411");
        if (place.Address.Equals(IPAddress.Any) || place.Address.Equals(IPAddress.IPv6Any))
        {
            throw new UsageException(
                subject, "the others must be told one address; expected the one at which they reach this machine, and a port");
        }
        if (!IPAddress.IsLoopback(place.Address) && TlsCertificate is null && !InsecureNetwork)
        {
            throw new UsageException(
                subject,
                "who can reach it could run code here; expected --tls-cert and --tls-ca too, or --insecure-network where nobody else can");
        }
        return place;
    }

    private ClusterTls Certificates(string own)
    {
        try
        {
            return ClusterTls.FromFiles(own, TlsKey, TlsAuthority!);
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            string message = error.Message.Split(" (Parameter", 2)[0].ReplaceLineEndings(" ");
            throw new UsageException($"--tls-cert {own}", message.TrimEnd('.'));
        }
    }
}
