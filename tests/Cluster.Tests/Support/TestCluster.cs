using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Offloop.Tests;

/// <summary>An executor in this process, and nodes in others or here.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private static int s_names;

    private readonly KeyFolder _keys = new();
    private readonly List<ChildProgram> _own = [];
    private readonly List<ClusterNode> _hosted = [];

    public TestCluster(double nodeTimeout = 10, Func<ClusterExecutorOptions, ClusterExecutorOptions>? change = null)
    {
        NodeTimeout = nodeTimeout;
        var options = new ClusterExecutorOptions
        {
            Network = new ClusterNetwork { KeyFile = _keys.KeyFile, NodeTimeout = TimeSpan.FromSeconds(nodeTimeout) },
        };
        try
        {
            Executor = new ClusterExecutor(change?.Invoke(options) ?? options);
        }
        catch (ArgumentException)
        {
            _keys.Dispose();
            throw;
        }
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

    /// <summary>Makes a node in this process, with workers of its own: for tests that need no process that can be killed.</summary>
    public async Task<ClusterNode> HostAsync(int slots)
    {
        IPEndPoint at = await Executor.WaitForListeningAsync();
        var node = new ClusterNode(new ClusterNodeOptions
        {
            Slots = slots,
            Network = new ClusterNetwork
            {
                Join = at.ToString(),
                KeyFile = _keys.KeyFile,
                NodeTimeout = TimeSpan.FromSeconds(NodeTimeout),
            },
            Pool = new ProcessPoolOptions { StartTimeout = Waiting.ForStart },
        });
        _hosted.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await Executor.DisposeAsync();
        foreach (ClusterNode node in _hosted)
            await node.DisposeAsync();
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
