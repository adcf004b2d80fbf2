using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Offloop.Cluster.Trust;

/// <summary>How a silo uses TLS: both ends show a certificate, and the authorities of the cluster alone are trusted.</summary>
internal static class TlsRules
{
    /// <summary>What clients call the server. Certificates are not compared with it: the authority says who belongs to the
    /// cluster.</summary>
    private const string Host = "offloop-cluster";

    /// <summary>Puts the rules into the settings of Orleans.</summary>
    public static void Apply(ClusterTls tls, TlsOptions options, Refusals refusals)
    {
        options.LocalCertificate = tls.Certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, chain, errors) => IsAdmitted(certificate, chain, errors, refusals.Add);
        options.HandshakeTimeout = ClusterHandshake.Limit;
        options.OnAuthenticateAsServer = (_, server) =>
        {
            var ssl = (SslServerAuthenticationOptions)server.SslServerAuthenticationOptions;
            ssl.ServerCertificateSelectionCallback = null;
            ssl.ServerCertificateContext = Own(tls);
            ssl.CertificateChainPolicy = Policy(tls);
        };
        options.OnAuthenticateAsClient = (_, client) => Apply(tls, (SslClientAuthenticationOptions)client.SslClientAuthenticationOptions);
    }

    /// <summary>The rules for a connection that is made without Orleans.</summary>
    public static SslClientAuthenticationOptions OfClient(ClusterTls tls, Action<string> refuse)
    {
        var options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13 | SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsAdmitted(certificate, chain, errors, refuse),
        };
        Apply(tls, options);
        return options;
    }

    private static void Apply(ClusterTls tls, SslClientAuthenticationOptions options)
    {
        options.TargetHost = Host;
        options.ClientCertificates = null;
        options.ClientCertificateContext = Own(tls);
        options.CertificateChainPolicy = Policy(tls);
    }

    private static SslStreamCertificateContext Own(ClusterTls tls) =>
        SslStreamCertificateContext.Create(tls.Certificate, tls.Chain, offline: true);

    private static X509ChainPolicy Policy(ClusterTls tls)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(tls.Authorities);
        return policy;
    }

    private static bool IsAdmitted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, Action<string> refuse)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None)
            return true;
        refuse(certificate is null
            ? "A peer has shown no certificate; set Tls in all processes of the cluster."
            : $"A peer has shown the certificate '{certificate.Subject}', which is not trusted ({Faults(chain)}); it must be valid now and "
                + "issued by an authority of Tls.");
        return false;
    }

    private static string Faults(X509Chain? chain) =>
        chain is null ? "unknown" : string.Join(", ", chain.ChainStatus.Select(static status => status.Status).Distinct());
}
