namespace Offloop.Chaos;

/// <summary>Deals the blows that the seed decides. It kills any process of the pool: starting, spare, idle, busy or leaving. It stops a
/// process for good, which the pool has to notice, or for a moment, which the pool has to bear.</summary>
internal sealed class Attacker(ChaosOptions options, ProcessPoolExecutor pool, string directory, Deaths deaths)
{
    private const int LongestPause = 400; // milliseconds; well below the heartbeat timeout

    private const int MinUp = 2;

    private readonly Random _random = new(options.Seed);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Task> pauses = [];
        while (!cancellationToken.IsCancellationRequested)
        {
            // Independent blows are exponentially distributed.
            TimeSpan next = options.BlowEvery * -Math.Log(1 - _random.NextDouble());
            await Task.Delay(next, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            int kind = _random.Next(20);
            int choice = _random.Next();
            int pause = _random.Next(LongestPause);
            if (cancellationToken.IsCancellationRequested)
                break;
            if (kind >= 4)
                Kill(choice);
            else if (kind >= 2)
                Stop(choice);
            else if (Up(choice) is { } process)
                pauses.Add(PauseAsync(process, pause));
        }
        await Task.WhenAll(pauses);
    }

    private void Kill(int choice)
    {
        // A starting process is hit only while others work, because a pool whose every start is killed rightly breaks.
        List<int> processes = UpNow() is { Length: < MinUp } up ? [.. up] : ProcessesNow();
        if (processes.Count == 0)
            return;
        deaths.Kill(processes[choice % processes.Count]);
    }

    private List<int> ProcessesNow()
    {
        try
        {
            return PoolProcesses.Of(directory);
        }
        catch (IOException)
        {
            return []; // handles have run out, which may be a trouble of the surroundings
        }
    }

    private void Stop(int choice)
    {
        if (Up(choice) is not { } victim)
            return;
        deaths.Stop(victim);
        deaths.Stops++;
        _ = PoolProcesses.Signal(victim, PoolProcesses.Stop);
    }

    private async Task PauseAsync(int process, int milliseconds)
    {
        if (deaths.WasStopped(process))
            return; // it stays so
        deaths.Pauses++;
        _ = PoolProcesses.Signal(process, PoolProcesses.Stop);
        await Task.Delay(milliseconds);
        if (!deaths.WasStopped(process))
            _ = PoolProcesses.Signal(process, PoolProcesses.Continue);
    }

    private int? Up(int choice)
    {
        int[] processes = UpNow();
        return processes.Length == 0 ? null : processes[choice % processes.Length];
    }

    private int[] UpNow() =>
        [.. pool.GetSnapshot().Workers.Where(worker => worker.State != WorkerState.Starting).Select(worker => worker.ProcessId)
            .OfType<int>()];
}
