using System.Diagnostics.CodeAnalysis;
using StreamJsonRpc;

namespace Offloop.Benchmarks.Pools;

/// <summary>A pool as one would write it without this project: StreamJsonRpc with its System.Text.Json formatter to two child processes,
/// and nothing else. It has no queue, so the bulk keeps 64 calls in flight to each.</summary>
[SuppressMessage("Reliability", "CA2000", Justification = "A JsonRpc disposes its handler.")]
internal sealed class PlainRpcPool : PoolRound
{
    private const int InFlight = 64;

    private readonly Child[] _children = [Child.Start("rpc"), Child.Start("rpc")];
    private readonly JsonRpc?[] _connections = new JsonRpc?[Workers];

    public override async ValueTask DisposeAsync()
    {
        foreach (JsonRpc? connection in _connections)
            connection?.Dispose();
        foreach (Child child in _children)
            await child.DisposeAsync();
    }

    protected override async Task NoOpAsync(int value) =>
        await (_connections[0] ?? await ConnectAsync(0)).InvokeAsync<int>(nameof(PlainRpcWorker.Same), value);

    protected override async Task BulkAsync(int count)
    {
        JsonRpc[] connections = [_connections[0]!, _connections[1] ?? await ConnectAsync(1)];
        await Task.WhenAll(connections.SelectMany(connection => Enumerable.Range(0, InFlight).Select(async _ =>
        {
            for (int i = 0; i < count / (InFlight * Workers); i++)
                await connection.InvokeAsync<int>(nameof(PlainRpcWorker.Same), i);
        })));
    }

    protected override Task EchoAsync(byte[] payload) => _connections[0]!.InvokeAsync<byte[]>(nameof(PlainRpcWorker.Echo), payload);

    private async Task<JsonRpc> ConnectAsync(int worker)
    {
        await _children[worker].ConnectAsync();
        var connection = new JsonRpc(new HeaderDelimitedMessageHandler(_children[worker].Pipe, new SystemTextJsonFormatter()));
        connection.StartListening();
        return _connections[worker] = connection;
    }
}
