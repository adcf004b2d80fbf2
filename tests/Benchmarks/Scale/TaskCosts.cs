namespace Offloop.Benchmarks.Scale;

/// <summary>What one task costs from its submit to its end, while the cluster stays as full as it is.</summary>
internal static class TaskCosts
{
    /// <summary>The clusters that are measured if none is asked for: each part differs in one thing.</summary>
    public static IReadOnlyList<ScaleOptions> Clusters { get; } =
    [
        new() { Name = "nodes", Nodes = 2 },
        new() { Name = "nodes", Nodes = 100 },
        new() { Name = "nodes", Nodes = 1_000 },
        new() { Name = "slots", Slots = 8 },
        new() { Name = "slots", Slots = 256 },
        new() { Name = "reports of 16", Ends = 16 },
        new() { Name = "queue", Queued = 0 },
        new() { Name = "queue", Queued = 1_000_000 },
        new() { Name = "half busy", Queued = 0, Busy = 50 },
        new() { Name = "tasks that run alone", Alone = 1 },
        new() { Name = "label sets, none required", Labels = 100 },
        new() { Name = "label sets, none required", Labels = 1_000 },
        new() { Name = "requirements that fit all", Requirements = 10 },
        new() { Name = "requirements that fit all", Requirements = 100 },
        new() { Name = "requirements that fit all", Requirements = 500 },
        new() { Name = "requirements that fit one label set", Fit = Fit.One, Labels = 10, Requirements = 10 },
        new() { Name = "requirements that fit one label set", Fit = Fit.One, Labels = 100, Requirements = 100 },
        new() { Name = "requirements that fit one label set", Fit = Fit.One, Labels = 1_000, Requirements = 1_000 },
        new() { Name = "requirements that nobody fits", Fit = Fit.Nobody, Requirements = 100 },
        new() { Name = "requirements that nobody fits", Fit = Fit.Nobody, Requirements = 500 },
        new() { Name = "the same, half busy", Fit = Fit.Nobody, Requirements = 100, Busy = 50, Queued = 0 },
        new() { Name = "the same, half busy", Fit = Fit.Nobody, Requirements = 100, Busy = 50, Queued = 0, Labels = 1_000 },
    ];

    public static Table Measure(IEnumerable<ScaleOptions> clusters, double seconds)
    {
        var table = new Table(
            "One task, from its submit to its end",
            "what is many", "nodes", "slots", "label sets", "requirements", "queued", "µs of processor", "bytes allocated");
        foreach (ScaleOptions options in clusters)
        {
            (double time, double bytes) = Measure(options, seconds);
            table.Add(
                options.Name, options.Nodes, options.Slots, options.Labels, options.Requirements, options.Queued, time, Math.Round(bytes));
        }
        return table;
    }

    private static (double Microseconds, double Bytes) Measure(ScaleOptions options, double seconds)
    {
        var cluster = new FakeCluster(options);
        cluster.Fill();
        _ = Run(cluster, seconds / 4); // compiles, and moves the tasks about
        return Run(cluster, seconds);
    }

    /// <summary>Processor time of the whole process, so what collecting the tasks as garbage costs is in it.</summary>
    private static (double Microseconds, double Bytes) Run(FakeCluster cluster, double seconds)
    {
        long tasks = 0;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        TimeSpan used;
        do
        {
            tasks += cluster.Turn();
            used = tasks % 16 == 0 || seconds < 0.01 ? Environment.CpuUsage.TotalTime - before : TimeSpan.Zero;
        }
        while (used.TotalSeconds < seconds);
        return (used.TotalMicroseconds / tasks, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)tasks);
    }
}
