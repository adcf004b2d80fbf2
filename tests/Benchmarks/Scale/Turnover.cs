namespace Offloop.Benchmarks.Scale;

/// <summary>Nodes join, leave and are lost while work runs, each with a label of its own. In the end every task has ended once, with its
/// result.</summary>
internal static class Turnover
{
    private const int Parts = 10;
    private const int TurnsBetween = 50;

    /// <summary>Returns the table, and a sentence if a task was lost.</summary>
    public static (Table Table, string? Broken) Measure(ScaleOptions options, double seconds)
    {
        var table = new Table(
            "Nodes come and go while work runs: what a task costs, by how many have gone so far",
            "nodes at a time", "slots", "nodes that were lost", "nodes that left", "µs of processor a task");
        var cluster = new FakeCluster(options) { Settings = new SubmitOptions { CrashRetries = 1_000 } };
        cluster.Fill();
        (int lost, int left) = (0, 0);
        for (int part = 0; part < Parts; part++)
        {
            long tasks = 0;
            TimeSpan before = Environment.CpuUsage.TotalTime;
            TimeSpan used;
            do
            {
                for (int i = 0; i < TurnsBetween; i++)
                    tasks += cluster.Turn();
                if (lost <= left)
                {
                    cluster.Lose(cluster.AnyNode());
                    lost++;
                }
                else
                {
                    tasks += Leave(cluster);
                    left++;
                }
                cluster.Join(cluster.NewNode(isUnlike: true));
                used = Environment.CpuUsage.TotalTime - before;
            }
            while (used.TotalSeconds < seconds / Parts);
            table.Add(options.Nodes, options.Slots, lost, left, used.TotalMicroseconds / tasks);
        }
        return (table, Finish(cluster));
    }

    /// <summary>A node takes no more tasks, ends those that it has, and is taken out.</summary>
    private static int Leave(FakeCluster cluster)
    {
        FakeNode node = cluster.AnyNode();
        cluster.Scheduler.Close(node);
        int ended = cluster.Report(node, int.MaxValue);
        if (!cluster.Scheduler.TryRemoveIdle(node))
            throw new InvalidOperationException("A node that has no task could not leave.");
        cluster.Nodes.Remove(node);
        for (int i = 0; i < ended; i++)
            cluster.SubmitFitting();
        return ended;
    }

    private static string? Finish(FakeCluster cluster)
    {
        int ended;
        do
            ended = cluster.Nodes.Sum(node => cluster.Report(node, int.MaxValue));
        while (ended > 0);
        cluster.Scheduler.RequireInvariants();
        return cluster.Succeeded == cluster.Submitted && cluster.Ended == cluster.Submitted ? null
            : $"{cluster.Submitted} tasks were submitted, {cluster.Ended} ended, {cluster.Succeeded} with their result.";
    }
}
