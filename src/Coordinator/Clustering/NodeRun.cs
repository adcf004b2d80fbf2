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
            Tell("leaving when the tasks that it has are done; the same signal again ends it at once");
            _ = node.DrainAsync();
        });
        if (verb.Attached)
            LeaveWithOwner(node);
        Tell($"looking for the executor {verb.Place}");
        try
        {
            if (await Task.WhenAny(node.Joined, node.Completion) == node.Joined && node.Joined.IsCompletedSuccessfully)
                Tell(string.Create(CultureInfo.InvariantCulture, $"joined with {options.Slots} slot{(options.Slots == 1 ? "" : "s")}"));
            await node.Completion;
            Tell(isLeaving ? "has left" : "has left, because its executor has no more work");
            return ExitCode.Ok;
        }
        catch (ClusterException error)
        {
            Console.Error.WriteLine($"coordinator: {ClusterWords.InOptions(error.Message, isNode: true)}");
            return ExitCode.Failed;
        }

        void Tell(string what)
        {
            if (!verb.Attached)
                Console.Error.WriteLine($"node {options.Name}: {what}");
        }
    }

    /// <summary>Ends the node when the pipe that is its standard input is closed, which happens at the latest when the process ends that
    /// has started it.</summary>
    private static void LeaveWithOwner(ClusterNode node)
    {
        Stream pipe = Console.OpenStandardInput();
        var watch = new Thread(() =>
        {
            while (pipe.ReadByte() >= 0)
                continue; // nothing is said there
            node.DisposeAsync().AsTask().GetAwaiter().GetResult();
        });
        watch.IsBackground = true;
        watch.Name = "owner";
        watch.Start();
    }
}
