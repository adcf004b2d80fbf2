using System.Globalization;
using System.Net;

namespace Offloop.Tests;

/// <summary>A process that hosts nodes as it is told, line by line: <c>join NAME HOST:PORT SLOTS SECONDS KEYFILE LABELS [ADDRESS]</c>,
/// <c>find NAME STOREFILE CLUSTER SLOTS SECONDS KEYFILE</c> or <c>drain NAME</c>. It tells <c>up</c>, <c>joined NAME</c> and
/// <c>left NAME WHY</c>, and ends with its input.</summary>
internal static class NodeProgram
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, ClusterNode> s_nodes = [];

    public static async Task<int> RunAsync()
    {
        Tell("up");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["join", var name, var join, var slots, var seconds, var keyFile, var labels, .. var address]:
                    Begin(name, new ClusterNodeOptions
                    {
                        Name = name,
                        Slots = int.Parse(slots, CultureInfo.InvariantCulture),
                        Labels = labels.Split(',', StringSplitOptions.RemoveEmptyEntries),
                        Network = new ClusterNetwork
                        {
                            Join = join,
                            ListenOn = new IPEndPoint(address is [var own] ? IPAddress.Parse(own) : IPAddress.Loopback, 0),
                            AllowInsecureNetwork = address.Length > 0,
                            KeyFile = keyFile,
                            NodeTimeout = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
                        },
                        Pool = new ProcessPoolOptions { StartTimeout = Waiting.ForStart, TaskOutput = TaskOutput.Discard },
                    });
                    break;
                case ["find", var name, var store, var cluster, var slots, var seconds, var keyFile]:
                    Begin(name, new ClusterNodeOptions
                    {
                        Name = name,
                        Slots = int.Parse(slots, CultureInfo.InvariantCulture),
                        Network = Stores.StoreCluster.Network(store, cluster, double.Parse(seconds, CultureInfo.InvariantCulture), keyFile),
                        Pool = new ProcessPoolOptions { StartTimeout = Waiting.ForStart, TaskOutput = TaskOutput.Discard },
                    });
                    break;
                case ["drain", var name]:
                    lock (s_lock)
                        _ = s_nodes[name].DrainAsync();
                    break;
                default:
                    await Console.Error.WriteLineAsync($"A node was told what it does not understand: {line}");
                    return 2;
            }
        }
        return 0;
    }

    private static void Begin(string name, ClusterNodeOptions options)
    {
        var node = new ClusterNode(options);
        lock (s_lock)
            s_nodes[name] = node;
        _ = TellAsync(name, node);
    }

    private static async Task TellAsync(string name, ClusterNode node)
    {
        if (await Task.WhenAny(node.Joined, node.Completion) == node.Joined && node.Joined.IsCompletedSuccessfully)
            Tell($"joined {name}");
        try
        {
            await node.Completion;
            Tell($"left {name} done");
        }
        catch (ClusterException error)
        {
            Tell($"left {name} {error.Message}");
        }
    }

    private static void Tell(string line)
    {
        lock (s_lock)
            Console.Out.WriteLine(line);
    }
}

/// <summary>A process that has an executor and tasks that run for ever, to be killed.</summary>
internal static class ExecutorProgram
{
    public static async Task<int> RunAsync(string keyFile)
    {
        var executor = new ClusterExecutor(new ClusterExecutorOptions
        {
            Network = new ClusterNetwork { KeyFile = keyFile, NodeTimeout = TimeSpan.FromSeconds(4) },
        });
        IPEndPoint at = await executor.WaitForListeningAsync();
        Console.WriteLine($"listening {at}");
        while (await Console.In.ReadLineAsync() is { } port)
            _ = executor.SubmitAsync(Rendezvous.Wait, new Meeting(int.Parse(port, CultureInfo.InvariantCulture)));
        return 0;
    }
}
