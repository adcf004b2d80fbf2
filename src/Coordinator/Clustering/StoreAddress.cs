using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>The address of a server, as <c>scheme://user:password@host:port/path?name=value</c>. No message of this class shows more of an
/// address that cannot be read than its scheme: a password may be anywhere in it.</summary>
internal sealed class StoreAddress
{
    private const string Escapes = "in a name or password, characters such as @ : / ? # % are written as %40 %3A %2F %3F %23 %25";

    private readonly string _subject;
    private readonly Dictionary<string, string> _values = [];

    private StoreAddress(Uri uri, string subject)
    {
        _subject = subject;
        Scheme = uri.Scheme;
        Host = uri.DnsSafeHost;
        Port = uri.Port;
        Path = Unescape(uri.AbsolutePath.TrimStart('/'));
        string[] user = uri.UserInfo.Split(':', 2);
        User = user[0].Length > 0 ? Unescape(user[0]) : null;
        Password = user is [_, { Length: > 0 } password] ? Unescape(password) : null;
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            _values[Unescape(parts[0])] = parts.Length == 2 ? Unescape(parts[1]) : "";
        }
    }

    public string Scheme { get; }

    public string? User { get; }

    public string? Password { get; }

    public string Host { get; }

    /// <summary>The port; -1 if the address has none.</summary>
    public int Port { get; }

    /// <summary>What follows the first slash.</summary>
    public string Path { get; }

    /// <param name="text">The address.</param>
    /// <param name="subject">What messages begin with.</param>
    /// <exception cref="UsageException">It is no address.</exception>
    public static StoreAddress Parse(string text, string subject)
    {
        int colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon < 1 || !text[..colon].All(char.IsAsciiLetter))
            throw new UsageException(subject, $"expected {ClusterStores.Accepted}");
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Fragment.Length > 0)
        {
            string rest = text[(colon + 3)..];
            bool hasHost = rest.Length > 0 && rest[0] is not ('/' or '?')
                && (rest[0] != ':' || rest.Contains('@', StringComparison.Ordinal));
            throw new UsageException(
                subject, hasHost ? $"the address cannot be read; {Escapes}" : $"the host is missing; expected {ClusterStores.Accepted}");
        }
        if (uri.Host.Length == 0)
            throw new UsageException(subject, $"the host is missing; expected {ClusterStores.Accepted}");
        return new StoreAddress(uri, subject);
    }

    /// <summary>Takes a value out of what follows the question mark.</summary>
    public string? Take(string name) => _values.Remove(name, out string? value) ? value : null;

    /// <summary>Takes <c>sslrootcert</c>, a file in PEM with the authorities whose certificates the server may have. Null if it is not
    /// there: then those that this machine trusts.</summary>
    /// <exception cref="UsageException">The file is not there, or has no certificate.</exception>
    public (string File, X509Certificate2Collection Authorities)? TakeAuthorities()
    {
        if (Take("sslrootcert") is not { } given)
            return null;
        try
        {
            string file = System.IO.Path.GetFullPath(given);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            if (authorities.Count > 0)
                return (file, authorities);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw Bad($"sslrootcert cannot be read ({error.Message.TrimEnd('.')}); expected a file with certificates in PEM");
        }
        throw Bad("sslrootcert names a file without a certificate; expected one in PEM");
    }

    /// <summary>Refuses what nobody has taken.</summary>
    public void TakeNoMore(string accepted)
    {
        if (_values.Keys.FirstOrDefault() is { } unknown)
            throw Bad($"the address has '{unknown}' after the question mark; expected {accepted}");
    }

    /// <summary>What is said of a server that wants another password.</summary>
    public static string Refused(string store) =>
        $"The store {store} does not let this process in; put the address with the right password into a file, and give @FILE.";

    /// <summary>What is said of a server whose certificate is not accepted.</summary>
    public static string Distrusted(string store) =>
        $"The store {store} has no certificate that this machine trusts, or one for another name; correct the address, or give it "
        + "?sslrootcert=FILE with the authorities in PEM.";

    public UsageException Bad(string remedy) => new(_subject, remedy);

    /// <summary>The address without its password.</summary>
    public override string ToString()
    {
        string user = User is null ? "" : $"{Uri.EscapeDataString(User)}@";
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        string port = Port < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{Port}");
        string path = Path.Length == 0 ? "" : $"/{Uri.EscapeDataString(Path)}";
        return $"{Scheme}://{user}{host}{port}{path}";
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text);
}
