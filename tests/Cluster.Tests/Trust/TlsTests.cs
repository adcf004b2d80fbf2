using Offloop.Cluster.Silos;

namespace Offloop.Tests.Cluster.Trust;

public sealed class TlsTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task Certificates_of_the_authority_are_admitted_and_no_others()
    {
        using var authority = new TestCertificates();
        using var stranger = new TestCertificates();
        await using var silos = new TestSilos();
        ClusterSilo first = await silos.StartAsync(silos.Network with { Tls = authority.Tls("first") }, "first");
        ClusterNetwork joining = silos.Joining;

        ClusterSilo second = await silos.StartAsync(joining with { Tls = authority.Tls("second") }, "second");
        IWhereGrain grain = await second.GetGrainAsync<IWhereGrain>(
            SiloKey.Of(first.Address, "0"), TestContext.Current.CancellationToken);
        Assert.Equal(first.Address.ToParsableString(), await grain.Silo());

        // Its certificate is not trusted there, though it trusts the first one.
        ClusterStartException error = await silos.FailsToStartAsync(joining with { Tls = stranger.TlsThatTrusts(authority) });
        Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
        await silos.Log.LineAsync("A peer has shown the certificate 'CN=stranger', which is not trusted");

        error = await silos.FailsToStartAsync(joining with { Tls = authority.ExpiredTls() });
        Assert.Contains("certificate", error.Message, StringComparison.Ordinal);

        // It trusts nobody but its own authority.
        error = await silos.FailsToStartAsync(joining with { Tls = stranger.Tls("second") });
        Assert.Contains("'CN=first', which is not trusted", error.Message, StringComparison.Ordinal);

        error = await silos.FailsToStartAsync(joining with { Tls = null });
        Assert.Contains("Tls in one of the two processes alone", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_process_with_Tls_does_not_join_one_without()
    {
        using var authority = new TestCertificates();
        await using var silos = new TestSilos();
        await silos.StartAsync(silos.Network, "first");

        ClusterStartException error = await silos.FailsToStartAsync(silos.Joining with { Tls = authority.Tls("second") });

        Assert.Contains("Tls in one of the two processes alone", error.Message, StringComparison.Ordinal);
        await silos.Log.LineAsync("speaks TLS and this one does not");
    }
}
