using System.Diagnostics;
using System.Globalization;

namespace Offloop.Tests.Stores;

/// <summary>A Redis that writes what it is told to a file.</summary>
public sealed class RedisServer : StoreServer
{
    protected override string Name => "redis-server";

    protected override string? Program => Find("redis-server");

    protected override string Ready => "Ready to accept connections";

    public override string Address(string? password) => string.Create(
        CultureInfo.InvariantCulture, $"redis://{(password is null ? "" : $":{password}@")}127.0.0.1:{Port}/2");

    /// <summary>Removes what a server that was stopped has written.</summary>
    public void Forget() => Directory.Delete(Path.Combine(Folder, "appendonlydir"), recursive: true);

    protected override ProcessStartInfo Start() => Quiet(Program!, "-");

    protected override async Task SayAsync(StreamWriter input) => await input.WriteAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        bind 127.0.0.1
        port {Port}
        dir {Folder}
        requirepass "{Secret}"
        appendonly yes
        appendfsync no
        save ""

        """));
}
