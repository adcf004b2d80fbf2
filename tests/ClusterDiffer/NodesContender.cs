using System.Net;
using Offloop.Tests;

namespace Offloop.Differ.Nodes;

/// <summary>An executor over two nodes, which have the programs in turn. All tasks of one program are on one node, because the next task
/// looks at what the program has left, and its output comes after the program's.</summary>
internal sealed class NodesContender : Contender
{
    private static readonly string[] s_labels = ["first", "second"];

    private readonly KeyFolder _keys;
    private readonly NodeProcess[] _nodes;
    private int _last;

    private NodesContender(ClusterExecutor executor, KeyFolder keys, NodeProcess[] nodes)
        : base(ContenderKind.Nodes, executor) => (_keys, _nodes) = (keys, nodes);

    public static async Task<NodesContender> StartAsync()
    {
        var keys = new KeyFolder();
        var executor = new ClusterExecutor(new ClusterExecutorOptions
        {
            Network = new ClusterNetwork { KeyFile = keys.KeyFile },
            CancellationGrace = Grace,
        });
        IPEndPoint at = await executor.WaitForListeningAsync();
        NodeProcess[] nodes = [.. s_labels.Select(label => new NodeProcess(label, at.ToString(), keys.KeyFile))];
        await executor.WaitForSlotsAsync(nodes.Length);
        return new NodesContender(executor, keys, nodes);
    }

    public override SubmitOptions NextPlace() => new() { Requires = [s_labels[_last++ % s_labels.Length]] };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Array.ForEach(_nodes, static node => node.Dispose());
        _keys.Dispose();
    }
}
