using System.Diagnostics;
using System.Net;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>The nodes of a cluster that a run has started itself: processes of this program on this machine. They end with the run, however
/// it ends: each holds the other end of a pipe, and leaves at once when that is closed.</summary>
internal sealed class NodeProcesses : IAsyncDisposable
{
    /// <summary>The time that a node has to go by itself.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly List<Process> _processes = [];

    private NodeProcesses()
    {
    }

    /// <summary>Waits until the executor listens, says how nodes join it, and starts those that it is to have.</summary>
    /// <exception cref="IOException">The executor cannot listen, or a node cannot be started; the message is a sentence with the remedy.
    /// </exception>
    public static async Task<NodeProcesses> StartAsync(
        ClusterExecutor executor, ClusterPlan plan, VerbCatalog verbs, CancellationToken cancellationToken)
    {
        IPEndPoint address;
        try
        {
            address = await executor.WaitForListeningAsync(cancellationToken);
        }
        catch (ClusterException error)
        {
            throw new IOException(ClusterWords.InOptions(error.Message, isNode: false), error);
        }
        (string option, string place) = plan.Store is { } store ? ("--cluster-store", store) : ("--join", address.ToString());
        var nodes = new NodeProcesses();
        try
        {
            for (int number = 1; number <= plan.Nodes; number++)
            {
                string[] own = [$"--listen={new IPEndPoint(address.Address, 0)}", $"--name=node-{number}"];
                nodes._processes.Add(Start(["worker", $"{option}={place}", .. own, .. plan.NodeArguments], verbs));
            }
        }
        catch (Exception error)
        {
            await nodes.DisposeAsync();
            throw new IOException($"A node cannot be started: {error.Message}", error);
        }
        if (plan.Nodes == 0)
        {
            IEnumerable<string> words = ((string[])[option, place, .. plan.Invitation]).Select(InShell);
            Console.Error.WriteLine($"cluster: listening; this adds a node: coordinator worker {string.Join(' ', words)}");
        }
        return nodes;
    }

    /// <summary>A word of a command, to be copied into a shell.</summary>
    private static string InShell(string word) => word.IndexOfAny([' ', '?', '&', '*', '\'', '(', ')']) < 0 ? word : $"\"{word}\"";

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
            process.StandardInput.Close();
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
        var start = new ProcessStartInfo(own[0], [.. own.Skip(1), .. arguments]) { RedirectStandardInput = true };
        foreach (string variable in verbs.All.SelectMany(StoredOptions.VariablesOf))
            start.Environment.Remove(variable); // what holds for this program is on the node's command line
        return Process.Start(start)!;
    }
}
