using Offloop.Scheduling;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <summary>Counts the starts that failed in a row. Each is followed by a longer pause; when too many have failed and no worker lives, the
/// pool is broken with the last one's cause. A worker that ends a task sets the count back. Thread-safe.</summary>
internal sealed class StartTries(Scheduler scheduler, WorkerLaunch launch)
{
    private const int MaxTries = 5;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private int _failed;
    private int _pausing;

    /// <summary>While starts fail there is one try at a time.</summary>
    public int Limit(int wanted, int starting)
    {
        if (scheduler.State is not (ExecutorState.Open or ExecutorState.ShuttingDown))
            return 0;
        return Volatile.Read(ref _failed) == 0 ? wanted : Math.Min(wanted, 1 - starting - Volatile.Read(ref _pausing));
    }

    public void Succeeded() => Volatile.Write(ref _failed, 0);

    /// <summary>Counts, and ends after the pause that is due before the next try.</summary>
    public async Task FailedAsync(int workerId, string reason, TaskFailure failure, bool isAlone, CancellationToken closing)
    {
        int tries = Interlocked.Increment(ref _failed);
        launch.Events.Tell(new WorkerStartFailed(workerId, tries, reason, failure));
        if (tries >= MaxTries && isAlone)
        {
            scheduler.Break($"{tries} starts in a row have failed; of the last, {reason}.", failure);
            return;
        }
        TimeSpan pause = s_firstPause * Math.Pow(2, Math.Min(tries - 1, 10));
        pause = (pause < s_longestPause ? pause : s_longestPause) * (0.75 + 0.5 * Random.Shared.NextDouble());
        Interlocked.Increment(ref _pausing);
        try
        {
            await Task.Delay(pause, launch.Options.TimeProvider, closing).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // closed
        }
        finally
        {
            Interlocked.Decrement(ref _pausing);
        }
    }
}
