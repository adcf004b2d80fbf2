using System.Diagnostics;
using Offloop.Chaos.Surroundings;

namespace Offloop.Chaos;

/// <summary>Shakes a process pool while it works, and checks its promises: every task has exactly one outcome, every success ran exactly
/// once, every loss names a death that happened, the pool is whole at the end, and it leaves nothing behind.</summary>
public static class ChaosRun
{
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(60);

    public static async Task<ChaosReport> RunAsync(ChaosOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string ledger = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(ledger, "");
        try
        {
            using TroubleSet? troubles = options.Surroundings ? new TroubleSet() : null;
            return await RunAsync(options, ledger, troubles);
        }
        finally
        {
            File.Delete(ledger);
        }
    }

    private static async Task<ChaosReport> RunAsync(ChaosOptions options, string ledger, TroubleSet? troubles)
    {
        var deaths = new Deaths();
        var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MinWorkers = options.Workers,
            MaxWorkers = options.Workers,
            ThreadsPerWorker = options.ThreadsPerWorker,
            NeighbourGrace = TimeSpan.FromMilliseconds(100),
            SpareWorkers = options.SpareWorkers,
            MaxTasksPerWorker = 1000,
            HeartbeatTimeout = TimeSpan.FromSeconds(2),
            CancellationGrace = TimeSpan.FromMilliseconds(20),
            StartTimeout = TimeSpan.FromSeconds(40),
            Listeners = [deaths],
        });
        // The pool may make its directory again, with another name.
        string directory = await pool.SubmitAsync(Ledger.PoolDirectory);
        if (troubles is not null)
            directory = troubles.Temporary.Path;
        var time = Stopwatch.StartNew();
        var work = new Workload(options, pool, ledger);
        using var end = new CancellationTokenSource();
        var attacker = new Attacker(options, pool, directory, deaths);
        Siege? siege = troubles is null ? null : new Siege(options, pool, attacker, deaths, troubles.For(pool, deaths, options.Trouble));
        Task attack = siege?.RunAsync(end.Token) ?? attacker.RunAsync(end.Token);
        await work.RunAsync();
        await end.CancelAsync();
        await attack;
        TimeSpan loaded = time.Elapsed;

        var judge = new PoolJudge(deaths, Ledger.Read(ledger));
        siege?.Violations.ForEach(judge.Say);
        time.Restart();
        if (!await IsWholeAsync(pool, options))
            judge.Say($"The pool did not come back to its size. Its workers are: {string.Join(", ", pool.GetSnapshot().Workers)}.");
        TimeSpan recovery = time.Elapsed;
        ExecutorSnapshot snapshot = pool.GetSnapshot();
        await pool.DisposeAsync();
        judge.Endings(work.Endings, work.Submitted);
        judge.Totals(snapshot with { Succeeded = snapshot.Succeeded - 1 }, work.Submitted); // the first one asked for the directory
        Remains(judge, directory);
        return new ChaosReport
        {
            Figures = [.. Figures(work, deaths, judge, loaded, recovery), .. siege?.Figures ?? []],
            Violations = judge.Violations,
        };
    }

    /// <summary>Whether all workers and spares are up in time. Each worker that is about to reach its number of tasks has one more
    /// spare.</summary>
    private static async Task<bool> IsWholeAsync(ProcessPoolExecutor pool, ChaosOptions options)
    {
        var time = Stopwatch.StartNew();
        while (time.Elapsed < s_recovery)
        {
            ExecutorSnapshot snapshot = pool.GetSnapshot();
            if (snapshot.State == ExecutorState.Broken)
                return false;
            IReadOnlyList<WorkerSnapshot> workers = snapshot.Workers;
            int idle = workers.Count(static worker => worker.State == WorkerState.Idle);
            int spare = workers.Count(static worker => worker.State == WorkerState.Spare);
            if (idle == options.Workers && idle + spare == workers.Count
                && spare >= options.SpareWorkers && spare <= options.SpareWorkers + options.Workers
                && workers.All(static worker => PoolProcesses.IsRunning(worker.ProcessId!.Value)))
                return true;
            await Task.Delay(20); // the states of other processes raise no event
        }
        return false;
    }

    private static void Remains(Judge judge, string directory)
    {
        if (PoolProcesses.Of(directory) is { Count: > 0 } processes)
            judge.Say($"Processes are left: {string.Join(", ", processes)}.");
        string[] files = Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory, "*", SearchOption.AllDirectories) : [];
        if (files.Length > 0)
            judge.Say($"{files.Length} files are left: {string.Join(", ", files.Take(10).Select(Path.GetFileName))}.");
        if (PoolProcesses.SocketsIn(directory) is > 0 and var sockets)
            judge.Say($"{sockets} sockets are left.");
    }

    private static (string, double)[] Figures(Workload work, Deaths deaths, PoolJudge judge, TimeSpan loaded, TimeSpan recovery) =>
    [
        .. work.Outcomes(
            judge.Slow,
            ("    of them with a lost result", work.LostWhere(static failure => failure.Phase == TaskPhase.ResultLost)),
            ("    of them to a starved heartbeat", judge.Starved)),
        ("workers started", deaths.Started),
        ("  killed (SIGKILL) by the chaos", deaths.Kills),
        ("  stopped (SIGSTOP) for good", deaths.Stops),
        ("  stopped for a moment", deaths.Pauses),
        ("  killed by the pool", deaths.KilledByPool),
        ("  recycled", deaths.Recycled),
        ("  ended unexpectedly", deaths.Unexpected),
        ("  starts failed", deaths.StartsFailed),
        .. work.Times(loaded, recovery),
    ];
}
