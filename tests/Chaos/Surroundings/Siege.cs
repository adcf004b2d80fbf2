using System.Diagnostics;
using System.Globalization;

namespace Offloop.Chaos.Surroundings;

/// <summary>Lets one trouble after the other befall a pool that works and is attacked meanwhile, and measures how long after the end of
/// each one the pool is whole again: all its workers are ready.</summary>
internal sealed class Siege(ChaosOptions options, ProcessPoolExecutor pool, Attacker attacker, Deaths deaths, Trouble[] troubles)
{
    /// <summary>A back-off of two seconds, a heartbeat of two seconds for a worker that was stopped just before, and a second to start.
    /// </summary>
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(5);

    /// <summary>That promise without the starts.</summary>
    private static readonly TimeSpan s_waits = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(options.Seed + 1);
    private readonly Dictionary<Trouble, (int Count, TimeSpan Slowest)> _seen = [];

    public List<string> Violations { get; } = [];

    public IEnumerable<(string, double)> Figures =>
    [
        ("ends in a trouble that ends workers", deaths.EndedInTrouble),
        .. _seen.SelectMany(static pair => new (string, double)[]
        {
            ($"troubles: {pair.Key.Name}", pair.Value.Count), ("  slowest, seconds until whole", pair.Value.Slowest.TotalSeconds),
        }),
    ];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (Trouble trouble in troubles.Where(static trouble => trouble.Lacks is not null))
            options.Log.WriteLine($"Left out: {trouble.Name}; this process may not {trouble.Lacks}.");
        Trouble[] possible = [.. troubles.Where(static trouble => trouble.Lacks is null)];
        if (possible.Length == 0)
        {
            Violations.Add("There was no trouble that could be made.");
            return;
        }
        while (true)
        {
            _random.Shuffle(possible);
            foreach (Trouble trouble in possible)
            {
                await OneAsync(trouble, cancellationToken);
                if (cancellationToken.IsCancellationRequested || pool.GetSnapshot().State != ExecutorState.Open)
                    return;
            }
        }
    }

    private async Task OneAsync(Trouble trouble, CancellationToken cancellationToken)
    {
        using var blows = new CancellationTokenSource();
        Task attack = attacker.RunAsync(blows.Token);
        await Task.Delay(_random.Next(1500), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
        {
            options.Log.Write($"{trouble.Name} … ");
            options.Log.Flush(); // the last word if this process does not survive it
            deaths.EndsWorkers = trouble.EndsWorkers;
            await trouble.RunAsync(_random);
        }
        await blows.CancelAsync();
        await attack;
        if (pool.GetSnapshot().State == ExecutorState.Broken)
            Violations.Add($"The pool broke for good: {trouble.Name}.");
        if (cancellationToken.IsCancellationRequested)
            return;
        if (await WholeAsync() is { } time)
            await JudgeAsync(trouble, time);
        else
            Violations.Add($"After {trouble.Name} the pool was not whole for {s_patience.TotalSeconds} s: {Now()}");
        deaths.EndsWorkers = false;
    }

    private async Task JudgeAsync(Trouble trouble, TimeSpan time)
    {
        (int count, TimeSpan slowest) = _seen.GetValueOrDefault(trouble);
        _seen[trouble] = (count + 1, time > slowest ? time : slowest);
        options.Log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"whole after {time.TotalSeconds:0.0} s"));
        if (time <= s_promised)
            return;
        // The machine may be slow: the starts alone are measured now, on the same machine under the same load.
        deaths.KillAll(pool);
        if (await WholeAsync() is { } starts && time > s_waits + starts)
        {
            Violations.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"After {trouble.Name} the pool was whole only after {time.TotalSeconds:0.0} s; its starts alone take "
                + $"{starts.TotalSeconds:0.0} s."));
        }
    }

    /// <summary>The time until all workers are ready; null if they never are.</summary>
    private async Task<TimeSpan?> WholeAsync()
    {
        var time = Stopwatch.StartNew();
        while (time.Elapsed < s_patience)
        {
            ExecutorSnapshot snapshot = pool.GetSnapshot();
            int ready = snapshot.Workers.Count(static worker =>
                worker.State is WorkerState.Idle or WorkerState.Busy && PoolProcesses.IsRunning(worker.ProcessId!.Value));
            if (snapshot.State == ExecutorState.Open && ready >= options.Workers)
                return time.Elapsed;
            await Task.Delay(10); // the states of other processes raise no event
        }
        return null;
    }

    private string Now()
    {
        ExecutorSnapshot snapshot = pool.GetSnapshot();
        return $"{snapshot.State}, workers: {string.Join(", ", snapshot.Workers)}";
    }
}
