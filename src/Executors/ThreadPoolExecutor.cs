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
    /// <exception cref="ArgumentException">The <see cref="ExecutorOptions.JsonOptions"/> method threw, or the argument of the
    /// <see cref="PoolOptions.Initializer"/> would lose data on the way to a worker process.</exception>
    public ThreadPoolExecutor(ThreadPoolOptions? options = null)
        : base(options ??= new ThreadPoolOptions())
    {
        _ = options.Initializer?.Require(Format);
        CleanContext.Run(() => Scheduler.Use(new ThreadCrew(Scheduler, options, Format)));
    }
}
