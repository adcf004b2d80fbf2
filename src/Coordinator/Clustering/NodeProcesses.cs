using System.Diagnostics;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>The nodes of a cluster that a run has started itself: processes of this program on this machine. They end with the run: the
/// executor lets them go, those that have not gone by then are killed, and without an executor they leave by themselves.</summary>
internal sealed class NodeProcesses : IAsyncDisposable
{
    /// <summary>The time that a node has to go by itself when its executor is shut down.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly List<Process> _processes = [];

    private NodeProcesses()
    {
    }

    /// <summary>Waits until the executor listens, says how nodes join it, and starts those that it is to have.</summary>
    /// <exception cref="IOException">The executor cannot listen; the message is a sentence with the remedy.</exception>
    public static async Task<NodeProcesses> StartAsync(
        ClusterExecutor executor, ClusterPlan plan, VerbCatalog verbs, CancellationToken cancellationToken)
    {
        string address;
        try
        {
            address = $"{await executor.WaitForListeningAsync(cancellationToken)}";
        }
        catch (ClusterException error)
        {
            throw new IOException(ClusterWords.InOptions(error.Message, isNode: false), error);
        }
        var nodes = new NodeProcesses();
        for (int number = 1; number <= plan.Nodes; number++)
            nodes._processes.Add(Start(["worker", $"--join={address}", $"--name=node-{number}", .. plan.NodeArguments], verbs));
        if (plan.Nodes == 0)
            Console.Error.WriteLine($"cluster: listening; this adds a node: coordinator worker --join {address}");
        return nodes;
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        foreach (Process process in _processes)
        {
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
            process.Dispose();
        }
    }

    private static Process Start(string[] arguments, VerbCatalog verbs)
    {
        string program = Environment.ProcessPath ?? "dotnet";
        bool isMuxer = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string[] own = isMuxer ? [program, typeof(NodeProcesses).Assembly.Location] : [program];
        var start = new ProcessStartInfo(own[0], [.. own.Skip(1), .. arguments])
        {
            RedirectStandardInput = true, // the program's own input is for its lines
            RedirectStandardOutput = true, // nothing comes there, and the program's own is for results
        };
        foreach (string variable in verbs.All.SelectMany(StoredOptions.VariablesOf))
            start.Environment.Remove(variable); // what holds for this program is on the node's command line
        return Process.Start(start)!;
    }
}
