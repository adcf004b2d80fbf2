using System.Diagnostics;
using System.Globalization;
using System.Net;
using Offloop.Chaos;
using Offloop.ClusterRuns.Networks;
using Offloop.ClusterRuns.Nodes;

namespace Offloop.ClusterRuns.Chaos;

/// <summary>Shakes a cluster while it works, and checks its promises: every task has exactly one outcome, no two runs of a task meet, every
/// success ran, every loss names something that happened, the cluster is whole at the end, and no process is left.</summary>
public static class ClusterChaosRun
{
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(20);

    public static async Task<ChaosReport> RunAsync(ClusterChaosOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("cluster-chaos-");
        using CableNetwork? network = CableNetwork.TryMake(out string reason);
        try
        {
            ChaosReport report = await RunAsync(options, directory.FullName, network);
            return network is null ? report with { LeftOut = [$"No node was cut off, because {reason}."] } : report;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<ChaosReport> RunAsync(ClusterChaosOptions options, string directory, CableNetwork? network)
    {
        string ledger = PrivateFile.Write(directory, "ledger", "");
        string locks = PrivateFile.Write(directory, "locks", "");
        string key = PrivateFile.WriteKey(directory);
        var hits = new Hits(options.Log);
        var executor = new ClusterExecutor(new ClusterExecutorOptions
        {
            Network = new ClusterNetwork
            {
                ListenOn = new IPEndPoint(network?.Address ?? IPAddress.Loopback, 0),
                AllowInsecureNetwork = true,
                KeyFile = key,
                NodeTimeout = options.NodeTimeout,
            },
            CancellationGrace = TimeSpan.FromMilliseconds(20),
            Listeners = [hits],
        });
        IPEndPoint join = await executor.WaitForListeningAsync();
        string nodeFiles = Directory.CreateDirectory(Path.Combine(directory, "nodes")).FullName;
        var place = new NodePlace(join, network, nodeFiles, key, options.Slots, options.NodeTimeout);
        using var nodes = new NodeSet(options, place, hits);
        await nodes.FillAsync();
        await executor.WaitForSlotsAsync(options.Nodes * options.Slots);

        var time = Stopwatch.StartNew();
        var work = new Workload(
            new ChaosOptions { Seed = options.Seed, Duration = options.Duration, InFlight = options.InFlight }, executor, ledger, locks);
        using var end = new CancellationTokenSource(options.Duration);
        Task attack = new NodeAttacker(options, executor, nodes, place, hits).RunAsync(end.Token);
        Task working = work.RunAsync();
        await attack;
        await working.WaitAsync(s_recovery).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan loaded = time.Elapsed;

        var judge = new NodeJudge(hits, Ledger.Read(ledger));
        if (!working.IsCompleted)
            judge.Say($"Tasks have not ended {s_recovery.TotalSeconds} s after the last blow: {Describe(executor.GetSnapshot())}");
        time.Restart();
        await executor.WaitForSlotsAsync(options.Nodes * options.Slots).WaitAsync(s_recovery)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan recovery = time.Elapsed;
        if (recovery >= s_recovery)
            judge.Say($"The cluster did not come back to its size: {Describe(executor.GetSnapshot())}");
        nodes.Settle();
        ExecutorSnapshot snapshot = executor.GetSnapshot();
        await executor.DisposeAsync();
        await nodes.EndAsync(judge);
        await RemainsAsync(judge, nodeFiles);
        judge.Endings(work.Endings, work.Submitted);
        judge.Totals(snapshot, work.Submitted);
        judge.Nodes();
        return new ChaosReport
        {
            Figures = Figures(work, hits, nodes, judge, loaded, recovery),
            Violations = judge.Violations,
        };
    }

    private static string Describe(ExecutorSnapshot snapshot) => string.Create(
        CultureInfo.InvariantCulture,
        $"{snapshot.Queued} wait, {snapshot.Running} run, {string.Join(", ", snapshot.Workers.Select(static node =>
            $"{node.Node!.Name} ({node.State}) has {string.Join(" and ", node.Tasks)}"))}.");

    /// <summary>Looks for workers that are left. Those of a killed node end with it, a moment later.</summary>
    private static async Task RemainsAsync(Judge judge, string directory)
    {
        var time = Stopwatch.StartNew();
        while (PoolProcesses.Of(directory) is { Count: > 0 } workers)
        {
            if (time.Elapsed > s_end)
            {
                judge.Say($"Workers are left: {string.Join(", ", workers)}.");
                workers.ForEach(static worker => _ = PoolProcesses.Signal(worker, PoolProcesses.Kill));
                return;
            }
            await Task.Delay(20); // the ends of other processes raise no event
        }
    }

    private static (string, double)[] Figures(
        Workload work, Hits hits, NodeSet nodes, NodeJudge judge, TimeSpan loaded, TimeSpan recovery) =>
    [
        .. work.Outcomes(
            judge.Slow, ("    of them with their node", work.LostWhere(static failure => failure.Cause == FailureCause.NodeLost))),
        ("nodes started", nodes.Started),
        ("  killed (SIGKILL)", hits.Count(Blow.Killed)),
        ("  drained (SIGTERM)", hits.Count(Blow.Drained)),
        ("  joined beside the others", hits.Count(Blow.Joined)),
        ("  stopped for less than the lease", hits.Count(Blow.Paused)),
        ("  stopped for longer", hits.Count(Blow.Frozen)),
        ("  cut off for less than the lease", hits.Count(Blow.Shaken)),
        ("  cut off for longer", hits.Count(Blow.CutOff)),
        ("workers killed", hits.Count(Blow.WorkerKilled)),
        ("nodes silent", hits.Silent),
        ("  heard again", hits.Heard),
        ("nodes lost", hits.Lost),
        ("  of them on a starved machine", judge.StarvedNodes),
        .. work.Times(loaded, recovery),
    ];
}
