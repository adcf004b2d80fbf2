using System.Globalization;
using System.Net;
using Offloop.Coordinator.Clustering;

namespace Offloop.Tests.Stores;

/// <summary>A cluster of its own in a store: executors here or in other processes, and nodes in other processes.</summary>
internal sealed class StoreCluster(StoreServer store, double nodeTimeout = 10) : IAsyncDisposable
{
    private readonly KeyFolder _keys = new();
    private readonly List<IDisposable> _processes = [];
    private readonly List<ClusterExecutor> _executors = [];
    private readonly string _name = $"c-{Guid.NewGuid():N}";

    public ClusterNetwork Settings => Network(store.AddressFile, _name, nodeTimeout, _keys.KeyFile);

    /// <summary>What the executors and nodes of this process write.</summary>
    public TestLog Log { get; } = new();

    public static ClusterNetwork Network(string storeFile, string cluster, double nodeTimeout, string keyFile) => new()
    {
        Store = ClusterStores.Parse($"@{storeFile}"),
        ClusterId = cluster,
        NodeTimeout = TimeSpan.FromSeconds(nodeTimeout),
        KeyFile = keyFile,
    };

    /// <summary>The program of a process with an executor whose tasks run for ever. It is to be killed.</summary>
    public static async Task<int> RunExecutorAsync(string storeFile, string cluster, double nodeTimeout, string keyFile)
    {
        var executor = new ClusterExecutor(new ClusterExecutorOptions { Network = Network(storeFile, cluster, nodeTimeout, keyFile) });
        IPEndPoint at = await executor.WaitForListeningAsync();
        Console.WriteLine($"listening {at}");
        while (await Console.In.ReadLineAsync() is { } port)
            _ = executor.SubmitAsync(Rendezvous.Wait, new Meeting(int.Parse(port, CultureInfo.InvariantCulture)));
        return 0;
    }

    public ClusterExecutor StartExecutor()
    {
        var executor = new ClusterExecutor(new ClusterExecutorOptions { Network = Settings, LoggerFactory = Log });
        _executors.Add(executor);
        return executor;
    }

    /// <summary>Waits until the nodes have so many slots. If they do not get them, it fails with what the executor knows and has
    /// written.</summary>
    public async Task WaitForSlotsAsync(ClusterExecutor executor, int slots)
    {
        try
        {
            await executor.WaitForSlotsAsync(slots).WaitAsync(TimeSpan.FromMilliseconds(Waiting.Hang));
        }
        catch (TimeoutException)
        {
            ExecutorSnapshot now = executor.GetSnapshot();
            IEnumerable<string> nodes = now.Workers.Select(static node => $"{node.Node}: {node.State}");
            Assert.Fail(
                $"There are not {slots} slots ({now.State}, {now.StateReason}); nodes: {string.Join(", ", nodes)}; "
                + $"the log:\n{string.Join('\n', Log.Lines)}");
        }
    }

    public ChildProgram StartExecutorProcess() => Keep(
        new ChildProgram("--stored-executor", store.AddressFile, _name, Seconds, _keys.KeyFile));

    /// <summary>Starts a process with a node. It joins later.</summary>
    public ChildProgram StartNode(string name, int slots)
    {
        ChildProgram process = Keep(new ChildProgram("--node"));
        process.Say(string.Create(
            CultureInfo.InvariantCulture, $"find {name} {store.AddressFile} {_name} {slots} {Seconds} {_keys.KeyFile}"));
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ClusterExecutor executor in _executors)
            await executor.DisposeAsync();
        _processes.ForEach(static process => process.Dispose());
        _keys.Dispose();
    }

    private string Seconds => nodeTimeout.ToString(CultureInfo.InvariantCulture);

    private ChildProgram Keep(ChildProgram process)
    {
        _processes.Add(process);
        return process;
    }
}
