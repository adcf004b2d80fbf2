using System.Globalization;

namespace Offloop.Tests.Stores;

/// <summary>A Redis that writes what it is told to a file.</summary>
public sealed class RedisServer : StoreServer
{
    private readonly string _securePort = FreePort().ToString(CultureInfo.InvariantCulture);

    protected override string Name => "redis-server";

    protected override string? Program => Find("redis-server");

    protected override string[] Command => [Program!, Settings];

    protected override string Ready => "Ready to accept connections";

    private string Settings => Path.Combine(Folder, "redis.conf");

    public override string Address(string? password) => $"redis://{(password is null ? "" : $":{password}@")}127.0.0.1:{PortText}/2";

    public override string SecureAddress(string host, string? authorities) =>
        $"rediss://:{Uri.EscapeDataString(Secret)}@{host}:{_securePort}/2" + (authorities is null ? "" : $"?sslrootcert={authorities}");

    /// <summary>Removes what a server that was stopped has written.</summary>
    public void Forget() => Directory.Delete(Path.Combine(Folder, "appendonlydir"), recursive: true);

    protected override Task MakeAsync()
    {
        Write(Settings, $"""
            bind 127.0.0.1
            port {PortText}
            tls-port {_securePort}
            tls-cert-file {CertificateFile}
            tls-key-file {PrivateKeyFile}
            tls-ca-cert-file {AuthorityFile}
            tls-auth-clients no
            dir {Folder}
            requirepass "{Secret}"
            appendonly yes
            appendfsync no
            save ""

            """);
        return Task.CompletedTask;
    }
}
