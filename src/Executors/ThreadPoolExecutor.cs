using Offloop.Surroundings;
using Offloop.Threads;

namespace Offloop;

/// <summary>Runs tasks on dedicated threads of this process, not on those of the shared thread pool, so that the caller's loop stays free.
/// A thread cannot be killed. If a task ignores its token, its thread is abandoned and replaced, and counts as one of
/// <see cref="ExecutorSnapshot.AbandonedThreads"/> until the task ends.</summary>
public sealed class ThreadPoolExecutor : Executor
{
    /// <summary>Makes an executor and starts its threads.</summary>
    /// <param name="options">Its settings, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The <see cref="ExecutorOptions.JsonOptions"/> method threw.</exception>
    public ThreadPoolExecutor(ThreadPoolOptions? options = null)
        : base(options ??= new ThreadPoolOptions()) =>
        CleanContext.Run(() =>
            Scheduler.Use(new ThreadCrew(Scheduler, options.MaxWorkers, options.RoundTripPayloads ? Format : null)));
}
