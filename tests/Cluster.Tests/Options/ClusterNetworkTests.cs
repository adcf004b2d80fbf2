using System.Net;

namespace Offloop.Tests.Options;

public sealed class ClusterNetworkTests
{
    [Fact]
    public void An_address_that_other_machines_reach_is_refused_without_certificates_unless_the_caller_insists()
    {
        using var certificates = new TestCertificates();
        var open = new ClusterNetwork { ListenOn = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 7411) };

        Assert.Contains("set Tls, or AllowInsecureNetwork", Refusal(open), StringComparison.Ordinal);

        Make(open with { Tls = certificates.Tls("executor") });
        Make(open with { AllowInsecureNetwork = true });
        Make(new ClusterNetwork { ListenOn = new IPEndPoint(IPAddress.Parse("127.0.0.2"), 7411) });
        Make(new ClusterNetwork { ListenOn = new IPEndPoint(IPAddress.IPv6Loopback, 7411) });
    }

    [Fact]
    public void An_address_that_is_all_addresses_is_refused()
    {
        foreach (IPAddress any in (IPAddress[])[IPAddress.Any, IPAddress.IPv6Any])
        {
            var error = Assert.Throws<ArgumentException>(() => new ClusterNetwork { ListenOn = new IPEndPoint(any, 0) });
            Assert.Contains("the others must be told one address", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_node_that_joins_an_executor_has_no_store_beside_it() => Assert.Contains(
        "leave Join out, or leave Store out",
        Refusal(new ClusterNetwork { Join = "127.0.0.1:7411", Store = ClusterStore.Of(static _ => { }) }), StringComparison.Ordinal);

    private static string Refusal(ClusterNetwork network) => Assert.Throws<ArgumentException>(() => Make(network)).Message;

    /// <summary>What executors and nodes do with it before they begin.</summary>
    private static void Make(ClusterNetwork network) => network.Validate();
}
