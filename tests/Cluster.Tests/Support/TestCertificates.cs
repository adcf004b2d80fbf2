using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Offloop.Tests;

/// <summary>An authority that issues certificates for tests.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly List<IDisposable> _made = [];
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Authority {Guid.NewGuid()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = Keep(request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30)));
    }

    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public X509Certificate2Collection Authorities => [_authority];

    public ClusterTls Tls(string name) => new(Issue(name, Now.AddDays(10)), Authorities);

    public ClusterTls ExpiredTls() => new(Issue("expired", Now.AddDays(-1)), Authorities);

    /// <summary>A certificate that this authority has issued; its owner trusts another authority.</summary>
    public ClusterTls TlsThatTrusts(TestCertificates other) => new(Issue("stranger", Now.AddDays(10)), other.Authorities);

    public X509Certificate2 Issue(string name, DateTimeOffset until, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var usage = new OidCollection();
        foreach (string use in uses.Length > 0 ? uses : [ServerUse, ClientUse])
            usage.Add(new Oid(use));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usage, critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        using X509Certificate2 issued = request.Create(_authority, Now.AddDays(-20), until, serial);
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        return Keep(X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable));
    }

    /// <summary>A certificate for servers alone.</summary>
    public X509Certificate2 IssueForServers() => Issue("server", Now.AddDays(10), ServerUse);

    public void Dispose()
    {
        foreach (IDisposable made in _made)
            made.Dispose();
    }

    private X509Certificate2 Keep(X509Certificate2 certificate)
    {
        _made.Add(certificate);
        return certificate;
    }
}
