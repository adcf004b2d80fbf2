namespace Offloop.Tests.Stores;

/// <summary>A Redis that writes what it is told to a file.</summary>
public sealed class RedisServer : StoreServer
{
    protected override string Name => "redis-server";

    protected override string? Program => Find("redis-server");

    protected override string[] Command => [Program!, Settings];

    protected override string Ready => "Ready to accept connections";

    private string Settings => Path.Combine(Folder, "redis.conf");

    public override string Address(string? password) => $"redis://{(password is null ? "" : $":{password}@")}127.0.0.1:{PortText}/2";

    /// <summary>Removes what a server that was stopped has written.</summary>
    public void Forget() => Directory.Delete(Path.Combine(Folder, "appendonlydir"), recursive: true);

    protected override Task MakeAsync()
    {
        Write(Settings, $"""
            bind 127.0.0.1
            port {PortText}
            dir {Folder}
            requirepass "{Secret}"
            appendonly yes
            appendfsync no
            save ""

            """);
        return Task.CompletedTask;
    }
}
