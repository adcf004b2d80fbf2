using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Offloop.Tests;

/// <summary>An executor in this process, and nodes in others.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private static int s_names;

    private readonly KeyFolder _keys = new();
    private readonly List<ChildProgram> _own = [];

    public TestCluster(double nodeTimeout = 10, Func<ClusterExecutorOptions, ClusterExecutorOptions>? change = null)
    {
        NodeTimeout = nodeTimeout;
        var options = new ClusterExecutorOptions
        {
            Network = new ClusterNetwork { KeyFile = _keys.KeyFile, NodeTimeout = TimeSpan.FromSeconds(nodeTimeout) },
        };
        Executor = new ClusterExecutor(change?.Invoke(options) ?? options);
    }

    public ClusterExecutor Executor { get; }

    public double NodeTimeout { get; }

    /// <summary>Starts a process for nodes, which ends with this cluster.</summary>
    /// <param name="change">Changes how it starts.</param>
    public ChildProgram StartProcess(Func<ProcessStartInfo, ProcessStartInfo>? change = null)
    {
        var process = new ChildProgram(change ?? (static start => start), "--node");
        _own.Add(process);
        return process;
    }

    /// <summary>Lets a process join as a node, and returns the name of the node. It may join later.</summary>
    public async Task<string> JoinAsync(
        ChildProgram process, int slots, string labels = "", string? name = null, IPAddress? address = null)
    {
        IPEndPoint at = await Executor.WaitForListeningAsync();
        name ??= string.Create(CultureInfo.InvariantCulture, $"n{Interlocked.Increment(ref s_names)}");
        process.Say(string.Create(CultureInfo.InvariantCulture, $"join {name} {at} {slots} {NodeTimeout} {_keys.KeyFile} {labels}")
            + (address is null ? "" : $" {address}"));
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        await Executor.DisposeAsync();
        _own.ForEach(static process => process.Dispose());
        _keys.Dispose();
    }
}

/// <summary>Two processes for the nodes of many clusters, one after the other.</summary>
public sealed class NodeProcesses : IDisposable
{
    public ChildProgram First { get; } = new("--node");

    public ChildProgram Second { get; } = new("--node");

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}

/// <summary>An executor over two nodes that tests may use but not shut down or slow down.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private readonly TestCluster _cluster = new();

    public NodeProcesses Nodes { get; } = new();

    public ClusterExecutor Executor => _cluster.Executor;

    public async ValueTask InitializeAsync()
    {
        await _cluster.JoinAsync(Nodes.First, slots: 2);
        await _cluster.JoinAsync(Nodes.Second, slots: 2);
        await Executor.WaitForSlotsAsync(4);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Nodes.Dispose();
    }
}
