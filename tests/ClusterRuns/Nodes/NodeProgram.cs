using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Offloop.ClusterRuns.Nodes;

/// <summary>The process of a node. It says <c>up</c>, hears <c>NAME JOIN LISTEN SLOTS SECONDS KEYFILE</c>, and says why it has left.
/// SIGTERM drains it, and the end of its input ends it at once.</summary>
internal static class NodeProgram
{
    /// <summary>The exit code of a node that has lost its executor.</summary>
    public const int Lost = 3;

    public static async Task<int> RunAsync()
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        var draining = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var drain = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            draining.TrySetResult();
        });
        Console.WriteLine("up");
        if (await input.ReadLineAsync() is not { } line)
            return 0;
        await using var node = new ClusterNode(Read(line.Split(' ')));
        _ = DrainWithAsync(draining.Task, node);
        _ = EndWithAsync(input, node);
        try
        {
            await node.Completion;
            return 0;
        }
        catch (ClusterException error)
        {
            Console.WriteLine(error.Message);
            return Lost;
        }
    }

    private static ClusterNodeOptions Read(string[] words) => new()
    {
        Name = words[0],
        Slots = int.Parse(words[3], CultureInfo.InvariantCulture),
        Network = new ClusterNetwork
        {
            Join = words[1],
            ListenOn = IPEndPoint.Parse(words[2]),
            AllowInsecureNetwork = true,
            NodeTimeout = TimeSpan.FromSeconds(double.Parse(words[4], CultureInfo.InvariantCulture)),
            KeyFile = words[5],
        },
        Pool = new ProcessPoolOptions { StartTimeout = TimeSpan.FromSeconds(40) },
    };

    private static async Task DrainWithAsync(Task draining, ClusterNode node)
    {
        await draining;
        await node.DrainAsync();
    }

    private static async Task EndWithAsync(StreamReader input, ClusterNode node)
    {
        while (await input.ReadLineAsync() is not null)
        {
        }
        await node.DisposeAsync();
    }
}
