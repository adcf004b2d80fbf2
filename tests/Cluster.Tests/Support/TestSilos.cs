using System.Net;
using Offloop.Cluster.Silos;

namespace Offloop.Tests;

/// <summary>Silos of one cluster in this process, which are disposed together.</summary>
internal sealed class TestSilos : IAsyncDisposable
{
    private readonly List<ClusterSilo> _silos = [];

    public TestSilos() => Network = new ClusterNetwork { KeyFile = Keys.KeyFile, NodeTimeout = TimeSpan.FromSeconds(2) };

    public KeyFolder Keys { get; } = new();

    /// <summary>The settings of the first one.</summary>
    public ClusterNetwork Network { get; init; }

    public TestLog Log { get; } = new();

    /// <summary>The settings of one that joins the first.</summary>
    public ClusterNetwork Joining => Network with { Join = _silos[0].EndPoint.ToString() };

    public ClusterSilo First => _silos[0];

    public async Task<ClusterSilo> StartAsync(ClusterNetwork network, string name)
    {
        ClusterSilo silo = await ClusterSilo.StartAsync(network, name, static _ => { }, Log, TestContext.Current.CancellationToken);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>The settings for a silo that tries to join a place where something else is.</summary>
    public ClusterNetwork JoiningAt(EndPoint place) => Network with { Join = place.ToString() };

    public async Task<ClusterStartException> FailsToStartAsync(ClusterNetwork network) =>
        await Assert.ThrowsAsync<ClusterStartException>(() => StartAsync(network, "refused"));

    public async ValueTask DisposeAsync()
    {
        foreach (ClusterSilo silo in Enumerable.Reverse(_silos))
            await silo.DisposeAsync();
        Keys.Dispose();
    }
}
