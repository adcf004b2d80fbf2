using System.Globalization;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Stopping;

namespace Offloop.Coordinator.Clustering;

/// <summary>The life of a node on the command line. It is told on stderr, a line for each step.</summary>
internal static class NodeRun
{
    /// <summary>Works until the node has left, and returns the program's exit code.</summary>
    public static async Task<int> ExecuteAsync(WorkerVerb verb)
    {
        ClusterNodeOptions options = verb.Options;
        await using var node = new ClusterNode(options);
        bool isLeaving = false;
        using var interrupts = new Interrupts(ExitCode.Interrupted, () =>
        {
            isLeaving = true;
            Tell(options, "leaving when the tasks that it has are done; the same signal again ends it at once");
            _ = node.DrainAsync();
        });
        Tell(options, $"looking for the executor at {verb.Join}");
        try
        {
            if (await Task.WhenAny(node.Joined, node.Completion) == node.Joined && node.Joined.IsCompletedSuccessfully)
                Tell(options, string.Create(CultureInfo.InvariantCulture, $"joined {verb.Join} with {options.Slots} slots"));
            await node.Completion;
            Tell(options, isLeaving ? "has left" : "has left, because its executor has no more work");
            return ExitCode.Ok;
        }
        catch (ClusterException error)
        {
            Console.Error.WriteLine($"coordinator: {ClusterWords.InOptions(error.Message, isNode: true)}");
            return ExitCode.Failed;
        }
    }

    private static void Tell(ClusterNodeOptions options, string what) => Console.Error.WriteLine($"node {options.Name}: {what}");
}
