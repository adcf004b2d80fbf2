using System.Diagnostics;
using System.Globalization;
using Offloop.ClusterRuns.Nodes;
using Offloop.Telemetry;

namespace Offloop.ClusterRuns.Scale;

/// <summary>An executor and its nodes, which are other processes of this machine, on loopback.</summary>
internal sealed class MeasuredCluster : ExecutorListener, IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cluster-scale-");
    private readonly TaskCompletionSource<long> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<NodeProcess> _nodes = [];
    private readonly int _slots;
    private readonly TimeSpan _nodeTimeout;
    private readonly string _key;

    /// <param name="slots">The slots of each node.</param>
    /// <param name="nodeTimeout">After so much silence a node is lost.</param>
    public MeasuredCluster(int slots, TimeSpan nodeTimeout)
    {
        (_slots, _nodeTimeout) = (slots, nodeTimeout);
        _key = PrivateFile.WriteKey(_directory.FullName);
        Executor = new ClusterExecutor(new ClusterExecutorOptions
        {
            Network = new ClusterNetwork { KeyFile = _key, NodeTimeout = nodeTimeout },
            Listeners = [this],
        });
    }

    public ClusterExecutor Executor { get; }

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    /// <summary>Completes when a node is given up, with the time.</summary>
    public Task<long> NodeLost => _gone.Task;

    /// <summary>Starts nodes, one after the other, and returns how long each of the two steps took: the process until it runs its own code,
    /// and from there until it takes tasks.</summary>
    public async Task<(TimeSpan[] Starts, TimeSpan[] Joins)> AddAsync(int count)
    {
        var place = new NodePlace(await Executor.WaitForListeningAsync(), null, _directory.FullName, _key, _slots, _nodeTimeout);
        var (starts, joins) = (new TimeSpan[count], new TimeSpan[count]);
        for (int i = 0; i < count; i++)
        {
            long began = Stopwatch.GetTimestamp();
            string name = string.Create(CultureInfo.InvariantCulture, $"n{_nodes.Count + 1}");
            NodeProcess node = await NodeProcess.StartAsync(name, place, Console.Error.WriteLine);
            _nodes.Add(node);
            starts[i] = Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            node.Join(place);
            await Executor.WaitForSlotsAsync(_nodes.Count * _slots);
            joins[i] = Stopwatch.GetElapsedTime(began);
        }
        return (starts, joins);
    }

    /// <summary>The processes of all workers.</summary>
    public List<int> Workers() => Offloop.Chaos.PoolProcesses.Of(_directory.FullName);

    public override void Hear(ExecutorEvent happened)
    {
        if (happened is NodeGone { Reason: not null })
            _gone.TrySetResult(Stopwatch.GetTimestamp());
    }

    public async ValueTask DisposeAsync()
    {
        await Executor.DisposeAsync();
        Task ended = Task.WhenAll(_nodes.Select(static node => node.Ended));
        await ended.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _nodes.ForEach(static node => node.Dispose());
        _directory.Delete(recursive: true);
    }
}
