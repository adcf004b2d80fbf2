using System.Net;
using System.Net.Sockets;
using Offloop.Cluster.Silos;

namespace Offloop.Tests.Cluster.Silos;

public sealed class SiloStartTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_start_that_cannot_succeed_says_why_in_one_sentence()
    {
        await using var silos = new TestSilos();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = (IPEndPoint)listener.LocalEndpoint;

        ClusterStartException error = await silos.FailsToStartAsync(silos.Network with { ListenOn = taken });
        Assert.Equal($"Another process listens at {taken}; give ListenOn another port, or 0 for any that is free.", error.Message);

        error = await silos.FailsToStartAsync(
            silos.Network with { ListenOn = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), AllowInsecureNetwork = true });
        Assert.Equal("192.0.2.1 is no address of this machine; give ListenOn one that it has.", error.Message);

        listener.Stop();
        error = await silos.FailsToStartAsync(silos.JoiningAt(taken) with { NodeTimeout = TimeSpan.FromSeconds(1) });
        Assert.StartsWith($"Nobody has answered at {taken} for 1 s (", error.Message, StringComparison.Ordinal);

        error = await silos.FailsToStartAsync(
            silos.Network with
            {
                Store = ClusterStore.Of(static _ => { }, static _ => throw new IOException("it is away"), "the shop's store"),
            });
        Assert.Equal("This process could not join the cluster through the shop's store: it is away", error.Message);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_start_is_given_up_when_its_token_is_cancelled()
    {
        await using var silos = new TestSilos();
        using var cancelled = new CancellationTokenSource();
        Task<ClusterSilo> starting = ClusterSilo.StartAsync(
            silos.Network with
            {
                Store = ClusterStore.Of(static _ => { }, token => Task.Delay(Timeout.Infinite, token), "a slow store"),
            },
            "slow", static _ => { }, silos.Log, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }
}
