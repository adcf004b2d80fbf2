namespace Offloop.Benchmarks.Scale;

/// <summary>What the scheduler keeps in memory: bytes for each task that waits, for each that is with a node, and for each node. The
/// simulated task is as small as one can be; a real one has its argument, too.</summary>
internal static class MemoryCosts
{
    public static Table Measure(ScaleOptions options)
    {
        var table = new Table("Memory", "what is kept", "how many", "bytes each");
        var cluster = new FakeCluster(options with { Queued = 0, Busy = 1 });
        long slots = (long)options.Nodes * options.Slots;
        Add("nodes", options.Nodes, () => cluster.Replenish());
        Add("tasks with a node", slots, () => Submit(slots));
        Add("tasks in the queue", options.Queued, () => Submit(options.Queued));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = cluster.Scheduler.Snapshot();
        table.Add("tasks in a snapshot", slots, Math.Round((double)(GC.GetAllocatedBytesForCurrentThread() - before) / slots));
        GC.KeepAlive(cluster);
        return table;

        void Add(string what, long count, Action make)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            make();
            long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
            table.Add(what, count, Math.Round((double)kept / Math.Max(1, count)));
        }

        void Submit(long count)
        {
            for (long i = 0; i < count; i++)
                cluster.SubmitFitting();
        }
    }
}
