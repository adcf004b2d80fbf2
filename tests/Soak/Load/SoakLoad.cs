using Offloop.Chaos;

namespace Offloop.Soak.Load;

/// <summary>Submits tasks and makes workers end, at a steady pace.</summary>
internal sealed class SoakLoad(SoakOptions options, ProcessPoolExecutor pool, Tally tally) : IDisposable
{
    /// <summary>Tasks a second at load 1.</summary>
    private const double TasksPerSecond = 20;

    /// <summary>The calls that may be under way. Beyond them the pace slows down, so that a slow machine gets no heap of waiting
    /// tasks.</summary>
    private const int MaxUnderWay = 100;

    private readonly Random _random = new(options.Seed);
    private readonly SemaphoreSlim _room = new(MaxUnderWay);
    private readonly TaskMix _mix = new(pool);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            RepeatAsync(options.Load * TasksPerSecond, random => RunOneAsync(_mix.Draw(random), random), cancellationToken),
            RepeatAsync(options.Deaths, EndOneAsync, cancellationToken));
        for (int i = 0; i < MaxUnderWay; i++)
            await _room.WaitAsync(CancellationToken.None);
    }

    public void Dispose() => _room.Dispose();

    /// <summary>Calls without awaiting the end, at exponentially distributed intervals.</summary>
    private async Task RepeatAsync(double perSecond, Func<Random, Task> call, CancellationToken cancellationToken)
    {
        if (perSecond <= 0)
            return;
        var random = new Random(_random.Next());
        while (true)
        {
            TimeSpan next = TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond);
            await Task.Delay(next, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            await _room.WaitAsync(CancellationToken.None);
            _ = ReleaseAfterAsync(call(random));
        }
    }

    private async Task ReleaseAfterAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _room.Release();
    }

    private async Task RunOneAsync(Work work, Random random)
    {
        try
        {
            await work.RunAsync(random);
            tally.CountEnd();
        }
        catch (WorkerLostException)
        {
            tally.CountLoss();
        }
        catch (Exception error) // any other end is one that must not be
        {
            tally.CountWrong(work.Name, error);
        }
    }

    /// <summary>Half of the deaths come from outside, to any worker.</summary>
    private Task EndOneAsync(Random random)
    {
        if (random.Next(2) == 0)
            return RunOneAsync(_mix.DrawDeath(random), random);
        int[] processes = [.. pool.GetSnapshot().Workers.Select(static worker => worker.ProcessId).OfType<int>()];
        if (processes.Length > 0)
            _ = PoolProcesses.Signal(processes[random.Next(processes.Length)], PoolProcesses.Kill);
        return Task.CompletedTask;
    }
}
