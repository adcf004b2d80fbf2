using Offloop.Threads;

namespace Offloop;

/// <summary>Runs tasks on threads of its own in this process (not those of the shared thread pool), so that the caller's loop stays
/// free. A thread cannot be killed: a task that ignores its token is given up, its thread is replaced, and counted in
/// <see cref="ExecutorSnapshot.AbandonedThreads"/> for as long as it goes on.</summary>
public sealed class ThreadPoolExecutor : Executor
{
    private readonly ThreadCrew _crew;

    /// <summary>Makes an executor and starts its threads; null takes the default options.</summary>
    public ThreadPoolExecutor(ThreadPoolOptions? options = null)
        : base(options ??= new ThreadPoolOptions()) =>
        _crew = new ThreadCrew(Scheduler, options.MaxWorkers, options.RoundTripPayloads ? Scheduler.Options.Format : null);

    /// <inheritdoc/>
    public override ExecutorSnapshot GetSnapshot() => Scheduler.Snapshot(_crew.Snapshot(), _crew.AbandonedCount);

    private protected override ValueTask CloseWorkersAsync()
    {
        _crew.Close();
        return ValueTask.CompletedTask;
    }
}
