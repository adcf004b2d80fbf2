using System.Diagnostics;
using Offloop.Soak.Load;

namespace Offloop.Soak.Sampling;

/// <summary>Looks at the caller every few seconds. Forces a full collection once a minute, so that garbage is not taken for growth.
/// </summary>
internal sealed class Sampler(SoakOptions options, ProcessPoolExecutor pool, Tally tally, string temporary)
{
    private static readonly TimeSpan s_collectEvery = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _collected;
    private TimeSpan _last;
    private double _seconds = OwnProcess.Family().Seconds;
    private int _started;

    /// <summary>Takes samples until it is cancelled.</summary>
    public async Task RunAsync(Action<Sample> take, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(options.SampleEvery);
        try
        {
            while (await pace.WaitForNextTickAsync(cancellationToken))
                take(Look());
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }

    private Sample Look()
    {
        long? heap = null;
        if (_clock.Elapsed - _collected >= s_collectEvery)
        {
            _collected = _clock.Elapsed;
            heap = Collect();
        }
        (int children, double seconds) = OwnProcess.Family();
        TimeSpan now = _clock.Elapsed;
        double cores = (seconds - _seconds) / (now - _last).TotalSeconds;
        (_seconds, _last) = (seconds, now);
        _started = pool.GetSnapshot().Workers.Select(static worker => worker.Id).Append(_started).Max(); // they are numbered in turn
        return new Sample
        {
            At = now,
            Resident = OwnProcess.Size("status", "VmRSS"),
            PrivateDirty = OwnProcess.Size("smaps_rollup", "Private_Dirty"),
            ManagedHeap = heap,
            Committed = GC.GetGCMemoryInfo().TotalCommittedBytes,
            Handles = OwnProcess.Handles(),
            Threads = OwnProcess.Threads(),
            Timers = Timer.ActiveCount,
            Files = Directory.GetFileSystemEntries(temporary, "*", SearchOption.AllDirectories).Length,
            Children = children,
            Cores = cores,
            Ended = tally.Ended,
            Lost = tally.Lost,
            Started = _started,
        };
    }

    private static long Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
