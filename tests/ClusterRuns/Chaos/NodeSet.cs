using System.Globalization;
using Offloop.Chaos;
using Offloop.ClusterRuns.Nodes;

namespace Offloop.ClusterRuns.Chaos;

/// <summary>The nodes of a run. Whichever ends is replaced, as a service manager would do it. Thread-safe.</summary>
internal sealed class NodeSet(ClusterChaosOptions options, NodePlace place, Hits hits) : IDisposable
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(40);

    private readonly Lock _lock = new();
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<Task> _watches = [];
    private bool _isEnding;

    public int Started { get; private set; }

    /// <summary>Starts as many nodes as there should be.</summary>
    public Task FillAsync() => Task.WhenAll(Enumerable.Range(0, options.Nodes).Select(_ => StartAsync()));

    public async Task StartAsync()
    {
        string name;
        lock (_lock)
            name = string.Create(CultureInfo.InvariantCulture, $"n{++Started}");
        NodeProcess node = await NodeProcess.StartAsync(name, place, hits.Tell);
        hits.Introduce(name, node.Id);
        node.Join(place);
        lock (_lock)
        {
            _nodes.Add(node);
            _watches.Add(WatchAsync(node));
        }
        hits.Tell($"{name} is process {node.Id} at {node.Cable?.Address.ToString() ?? "loopback"}");
    }

    /// <summary>Takes a node on which no blow falls now; null if there is none. It is given back when its <see cref="NodeProcess.IsHit"/>
    /// is false again.</summary>
    public NodeProcess? TryTake(int choice)
    {
        lock (_lock)
        {
            NodeProcess[] free = [.. _nodes.Where(static node => !node.IsHit && !node.Ended.IsCompleted)];
            if (free.Length == 0)
                return null;
            NodeProcess taken = free[choice % free.Length];
            taken.IsHit = true;
            return taken;
        }
    }

    /// <summary>Whether another node may join beside those that there should be.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
                return _nodes.Count(static node => !node.Ended.IsCompleted) <= options.Nodes;
        }
    }

    /// <summary>Replaces none any more.</summary>
    public void Settle()
    {
        lock (_lock)
            _isEnding = true;
    }

    /// <summary>Waits until all have ended by themselves, after their executor has; says which have not, or not well.</summary>
    public async Task EndAsync(Judge judge)
    {
        NodeProcess[] nodes;
        Task[] watches;
        lock (_lock)
            (nodes, watches) = ([.. _nodes], [.. _watches]);
        await Task.WhenAll(watches).WaitAsync(s_endLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (NodeProcess node in nodes.Where(static node => !node.Ended.IsCompleted))
            judge.Say($"Node {node.Name} is still there {s_endLimit.TotalSeconds} s after its executor has ended.");
        foreach (NodeProcess node in nodes.Where(static node => node.Ended.IsCompleted))
        {
            bool isWell = node.ExitCode == 0 || (node.ExitCode == NodeProgram.Lost && !hits.WasDrained(node.Id));
            if (!isWell && !hits.WasKilled(node.Id))
                judge.Say($"Node {node.Name} ended with exit code {node.ExitCode} and said: {await node.Ended}");
        }
    }

    public void Dispose() => _nodes.ForEach(static node => node.Dispose());

    /// <summary>Starts another one when this one has ended, if there are too few.</summary>
    private async Task WatchAsync(NodeProcess node)
    {
        string said = await node.Ended;
        hits.Tell($"{node.Name} has ended with {node.ExitCode} {said}");
        bool isLacking;
        lock (_lock)
            isLacking = !_isEnding && _nodes.Count(static node => !node.Ended.IsCompleted) < options.Nodes;
        if (isLacking)
            await StartAsync();
    }
}
