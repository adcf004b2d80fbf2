using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Offloop;

/// <summary>The certificates with which the processes of a cluster encrypt their connections and prove themselves, both ends of each.
/// Immutable. It does not dispose the certificates.
/// <para>A peer is admitted if its certificate is valid now and one of the <see cref="Authorities"/> has issued it, directly or through
/// others that the peer sends. The certificates that the system trusts do not count, and names in certificates are not compared: give the
/// cluster an authority of its own.</para></summary>
public sealed class ClusterTls
{
    /// <summary>Takes certificates that are loaded.</summary>
    /// <param name="certificate">The certificate of this process, with its private key.</param>
    /// <param name="authorities">The certificates of the authorities that issue those of the cluster.</param>
    /// <param name="chain">The certificates between this process's own and its authority, which peers do not have, if there are
    /// any.</param>
    /// <exception cref="ArgumentException">The certificate has no private key, or there is no authority.</exception>
    public ClusterTls(X509Certificate2 certificate, X509Certificate2Collection authorities, X509Certificate2Collection? chain = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authorities);
        if (!certificate.HasPrivateKey)
        {
            throw new ArgumentException(
                $"The certificate '{certificate.Subject}' has no private key, without which nobody can prove that it is theirs; load it "
                + "with its key.", nameof(certificate));
        }
        if (authorities.Count == 0)
            throw new ArgumentException("There is no authority, so no peer could be trusted; give at least one.", nameof(authorities));
        Certificate = certificate;
        Authorities = [.. authorities];
        Chain = chain is null ? [] : [.. chain];
    }

    /// <summary>The certificate of this process, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificates of the authorities that issue those of the cluster.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>The certificates between this process's own and its authority.</summary>
    internal X509Certificate2Collection Chain { get; }

    /// <summary>Reads the certificates from files in PEM.</summary>
    /// <param name="certificatePath">The certificate of this process. Those between it and its authority may follow it.</param>
    /// <param name="keyPath">The private key of this process, without a password; null if it is in the file of the certificate.</param>
    /// <param name="authorityPath">The certificates of the authorities.</param>
    /// <exception cref="ArgumentException">A file has not what it should have.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ClusterTls FromFiles(string certificatePath, string? keyPath, string authorityPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificatePath);
        ArgumentException.ThrowIfNullOrEmpty(authorityPath);
        X509Certificate2 own = Read(certificatePath, "a certificate and its private key", path => WithKey(path, keyPath));
        X509Certificate2Collection all = Read(certificatePath, "a certificate", Certificates);
        X509Certificate2Collection authorities = Read(authorityPath, "a certificate of an authority", Certificates);
        return new ClusterTls(own, authorities, [.. all.Skip(1)]);
    }

    private static X509Certificate2 WithKey(string path, string? keyPath)
    {
        X509Certificate2 read = X509Certificate2.CreateFromPemFile(path, keyPath);
        if (!OperatingSystem.IsWindows())
            return read;
        // The TLS of Windows does not take a key that is in memory alone; one that comes from a PFX it does.
        using (read)
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pfx), null);
    }

    private static X509Certificate2Collection Certificates(string path)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(path);
        return found.Count > 0 ? found : throw new CryptographicException("there is none");
    }

    private static T Read<T>(string path, string what, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (CryptographicException error)
        {
            throw new ArgumentException($"'{path}' should have {what} in PEM, but it cannot be read as that: {error.Message}", error);
        }
    }
}
