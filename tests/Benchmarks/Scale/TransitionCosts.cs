using System.Diagnostics;

namespace Offloop.Benchmarks.Scale;

/// <summary>What the great moments of a cluster cost: a node is lost, joins or leaves, somebody looks at all of it.</summary>
internal static class TransitionCosts
{
    private const int Repeats = 15;
    private const int LongRepeats = 3;
    private const double Long = 50_000; // µs

    private static readonly SubmitOptions s_retried = new() { CrashRetries = 100 };

    public static IReadOnlyList<ScaleOptions> Clusters { get; } =
        [new() { Nodes = 10 }, new() { Nodes = 100 }, new() { Nodes = 1_000 }, new() { Nodes = 1_000, Labels = 1_000 }];

    public static Table Measure(IEnumerable<ScaleOptions> clusters)
    {
        var table = new Table(
            "One transition, best quarter of several: the call, and the longest that another thread waits for the lock meanwhile",
            "what happens", "nodes", "slots", "label sets", "µs of the call", "µs of the wait");
        foreach (ScaleOptions options in clusters)
        {
            (string Name, Func<FakeCluster> Fill, Func<FakeCluster, Action> Prepare)[] transitions =
            [
                ("a node is lost, its tasks fail", () => Filled(options), Lose),
                ("a node is lost, its tasks run again", () => Filled(options, s_retried), Lose),
                ("half of the nodes are lost, their tasks run again", () => Filled(options, s_retried), LoseHalf),
                ("a node joins and gets its tasks", () => Filled(options), Join),
                ("a node takes no more tasks", () => Filled(options), Close),
                ("a task is looked for by its number", () => Filled(options), static cluster =>
                    () => cluster.Scheduler.FindAssigned(long.MaxValue)),
                ("a snapshot", () => Filled(options), static cluster => () => cluster.Scheduler.Snapshot()),
            ];
            foreach ((string name, Func<FakeCluster> fill, Func<FakeCluster, Action> prepare) in transitions)
            {
                (double call, double wait) = Measure(fill(), prepare);
                table.Add(name, options.Nodes, options.Slots, options.Labels, call, wait);
            }
            (double kill, double killWait) = MeasureKill(options);
            table.Add("all is killed", options.Nodes, options.Slots, options.Labels, kill, killWait);
        }
        return table;
    }

    private static FakeCluster Filled(ScaleOptions options, SubmitOptions? settings = null)
    {
        var cluster = new FakeCluster(options);
        cluster.Settings = settings ?? cluster.Settings;
        cluster.Fill();
        return cluster;
    }

    /// <summary>Half of the repeats time the call, the others the wait: who asks for the lock all the time makes the call longer.</summary>
    private static (double Call, double Wait) Measure(FakeCluster cluster, Func<FakeCluster, Action> prepare)
    {
        int repeats = Timed(prepare(cluster)) < Long ? Repeats : LongRepeats; // the first one compiles
        double call = BestQuarter(() => Timed(prepare(cluster)), repeats);
        using var probe = new Probe(cluster.Scheduler);
        double wait = BestQuarter(() => probe.LongestWhile(prepare(cluster)).TotalMicroseconds, repeats);
        return (call, wait);
    }

    /// <summary>A cluster is killed once, so each repeat has its own.</summary>
    private static (double Call, double Wait) MeasureKill(ScaleOptions options)
    {
        double call = BestQuarter(() => Kill(static (_, kill) => Timed(kill)), LongRepeats);
        double wait = BestQuarter(
            () => Kill(static (cluster, kill) =>
            {
                using var probe = new Probe(cluster.Scheduler);
                return probe.LongestWhile(kill).TotalMicroseconds;
            }),
            LongRepeats);
        return (call, wait);

        double Kill(Func<FakeCluster, Action, double> measure)
        {
            FakeCluster cluster = Filled(options);
            double value = measure(cluster, () => _ = cluster.Scheduler.ShutdownAsync(ShutdownMode.Kill));
            while (cluster.Nodes is [.., var last])
                cluster.Lose(last); // so that no timer is left
            return value;
        }
    }

    private static double Timed(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }

    private static double BestQuarter(Func<double> measure, int repeats)
    {
        double[] values = [.. Enumerable.Range(0, repeats).Select(_ => measure()).Order()];
        return values[repeats / 4];
    }

    /// <summary>A node is lost that is as full as the others; another one has taken the place of the last.</summary>
    private static Action Lose(FakeCluster cluster)
    {
        cluster.Replenish();
        FakeNode node = cluster.AnyNode();
        Scheduling.SlotLoss loss = FakeCluster.LossOf(node);
        cluster.Nodes.Remove(node);
        return () => cluster.Scheduler.Lost(node, loss);
    }

    private static Action LoseHalf(FakeCluster cluster)
    {
        cluster.Replenish();
        FakeNode[] lost = [.. cluster.Nodes.Where(static (_, place) => place % 2 == 0)];
        return () => Array.ForEach(lost, cluster.Lose);
    }

    private static Action Join(FakeCluster cluster)
    {
        cluster.Lose(cluster.AnyNode());
        cluster.Replenish(queueOnly: true);
        FakeNode node = cluster.NewNode();
        return () => cluster.Join(node);
    }

    private static Action Close(FakeCluster cluster)
    {
        if (cluster.Nodes.Find(static node => node.IsClosed) is { } closed)
            cluster.Lose(closed);
        cluster.Replenish();
        FakeNode node = cluster.AnyNode();
        node.IsClosed = true;
        return () => cluster.Scheduler.Close(node);
    }
}
