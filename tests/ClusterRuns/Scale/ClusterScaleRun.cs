using System.Diagnostics;
using System.Globalization;
using Offloop.Benchmarks.Scale;
using Offloop.Chaos;

namespace Offloop.ClusterRuns.Scale;

/// <summary>What a cluster of real processes on this one machine does, and what each node costs. Every measurement is taken several times
/// in one run, and its best is told, because others may use the machine.</summary>
internal static class ClusterScaleRun
{
    private const int Rounds = 3;

    public static async Task<int> ExecuteAsync(int mostNodes)
    {
        TextWriter output = Console.Out;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, load of the last minute before: {Load()}."));
        output.WriteLine();
        var work = new Table("Two nodes of 8 slots", "what", "best", "worst");
        await WorkAsync(work);
        work.Write(output);
        var recovery = new Table("A killed node of two, NodeTimeout 2 s, which are probes of 1 s", "what", "best", "worst");
        await RecoveryAsync(recovery);
        recovery.Write(output);
        var costs = new Table(
            "Nodes of one slot",
            "nodes", "MiB of the executor", "MiB a node", "MiB a worker", "ms to start a process", "ms until it takes tasks",
            "ms of processor a second, idle", "… of the executor for each", "messages a second and node, idle",
            "messages a task, one by one");
        for (int nodes = 2; nodes <= mostNodes; nodes *= 2)
            await CostAsync(costs, nodes);
        costs.Write(output);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Load of the last minute after: {Load()}."));
        return 0;
    }

    private static async Task WorkAsync(Table table)
    {
        const int Slots = 16;
        await using var cluster = new MeasuredCluster(Slots / 2, TimeSpan.FromSeconds(30));
        await cluster.AddAsync(2);
        ClusterExecutor executor = cluster.Executor;
        await RunAsync(executor, NodeLoads.Nothing, 2_000); // compiles

        double[] ratios = new double[Rounds], rates = new double[Rounds], medians = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            const int Sleeps = 1_000, Nothings = 20_000, Length = 50;
            TimeSpan took = await RunAsync(executor, NodeLoads.Sleep, Sleeps, Length);
            ratios[round] = (double)Length * Sleeps / Slots / took.TotalMilliseconds;
            rates[round] = Nothings / (await RunAsync(executor, NodeLoads.Nothing, Nothings)).TotalSeconds;
            medians[round] = (await OneByOneAsync(executor, 500)).TotalMicroseconds;
        }
        table.Add("1,000 tasks of 50 ms, part of the ideal", ratios.Max(), ratios.Min());
        table.Add("tasks of nothing a second", rates.Max(), rates.Min());
        table.Add("one task of nothing after the other, median, µs", medians.Min(), medians.Max());
    }

    private static async Task<TimeSpan> RunAsync(ClusterExecutor executor, Func<int, int> method, int count, int argument = 0)
    {
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => executor.SubmitAsync(method, argument)));
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task<TimeSpan> OneByOneAsync(ClusterExecutor executor, int count)
    {
        var times = new TimeSpan[count];
        for (int i = 0; i < count; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await executor.SubmitAsync(NodeLoads.Nothing, i);
            times[i] = Stopwatch.GetElapsedTime(began);
        }
        Array.Sort(times);
        return times[count / 2];
    }

    /// <summary>Every task runs again if its node is lost, so the time until all have ended is that until the work goes on.</summary>
    private static async Task RecoveryAsync(Table table)
    {
        double[] verdicts = new double[Rounds], recoveries = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            await using var cluster = new MeasuredCluster(slots: 1, TimeSpan.FromSeconds(2));
            await cluster.AddAsync(2);
            await RunAsync(cluster.Executor, NodeLoads.Nothing, 100);
            var retried = new SubmitOptions { CrashRetries = 3 };
            Task[] held = [.. Enumerable.Range(0, 2).Select(_ => cluster.Executor.SubmitAsync(NodeLoads.Sleep, 500, retried))];
            await Task.Delay(100); // both run
            long killed = Stopwatch.GetTimestamp();
            cluster.Nodes[0].Signal(PoolProcesses.Kill);
            verdicts[round] = Stopwatch.GetElapsedTime(killed, await cluster.NodeLost).TotalMilliseconds;
            await Task.WhenAll(held);
            recoveries[round] = Stopwatch.GetElapsedTime(killed).TotalMilliseconds - 500; // the task itself
        }
        table.Add("ms until the node is given up", verdicts.Min(), verdicts.Max());
        table.Add("ms until its task runs elsewhere", recoveries.Min(), recoveries.Max());
    }

    private static async Task CostAsync(Table table, int nodes)
    {
        const int Tasks = 200;
        using var messages = new MessageCount();
        await using var cluster = new MeasuredCluster(slots: 1, TimeSpan.FromSeconds(10));
        (TimeSpan[] starts, TimeSpan[] joins) = await cluster.AddAsync(nodes);
        await RunAsync(cluster.Executor, NodeLoads.Nothing, 100 * nodes);

        await Task.Delay(TimeSpan.FromSeconds(10)); // so that what was compiled for the tasks is not measured
        int[] all = [.. cluster.Nodes.Select(static node => node.Id)];
        List<int> workers = cluster.Workers();
        (TimeSpan before, TimeSpan ownBefore, long sentBefore) =
            (ProcessFigures.Processor(all), Environment.CpuUsage.TotalTime, messages.Count);
        var idle = TimeSpan.FromSeconds(10);
        await Task.Delay(idle); // what is measured is that nothing happens
        double used = (ProcessFigures.Processor(all) - before) / idle / nodes;
        double own = (Environment.CpuUsage.TotalTime - ownBefore) / idle / nodes;
        double sent = (messages.Count - sentBefore) / idle.TotalSeconds / nodes;
        sentBefore = messages.Count;
        await OneByOneAsync(cluster.Executor, Tasks);
        double each = (double)(messages.Count - sentBefore) / Tasks;

        GC.Collect();
        table.Add(
            nodes,
            ProcessFigures.ResidentMebibytes([Environment.ProcessId]),
            ProcessFigures.ResidentMebibytes(all) / nodes,
            ProcessFigures.ResidentMebibytes(workers) / workers.Count,
            starts.Min().TotalMilliseconds,
            joins.Min().TotalMilliseconds,
            used * 1_000,
            own * 1_000,
            sent,
            each);
    }

    private static string Load() => OperatingSystem.IsLinux() ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
