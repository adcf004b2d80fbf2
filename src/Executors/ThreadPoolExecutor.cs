using Microsoft.Extensions.Logging;
using Offloop.Scheduling;
using Offloop.Threads;

namespace Offloop;

/// <summary>Runs tasks on threads of its own in this process (not those of the shared thread pool), so that the caller's loop stays
/// free. A thread cannot be killed: a task that ignores its token is given up, its thread is replaced, and counted in
/// <see cref="ExecutorSnapshot.AbandonedThreads"/> for as long as it goes on.</summary>
public sealed class ThreadPoolExecutor : Executor
{
    /// <summary>Makes an executor and starts its threads; null takes the default options.</summary>
    public ThreadPoolExecutor(ThreadPoolOptions? options = null)
        : base(ToScheduler(options ??= new ThreadPoolOptions()), FormatOf(options.JsonOptions)) =>
        Scheduler.Use(new ThreadCrew(Scheduler, options.Workers, options.RoundTripPayloads ? Format : null));

    private static SchedulerOptions ToScheduler(ThreadPoolOptions options) => new()
    {
        TaskTimeout = options.TaskTimeout,
        CancellationGrace = options.CancellationGrace,
        ShutdownTimeout = options.ShutdownTimeout,
        TimeProvider = options.TimeProvider,
        Logger = options.LoggerFactory.CreateLogger<ThreadPoolExecutor>(),
        QueueCapacity = options.QueueCapacity ?? int.MaxValue,
        QueueFullMode = options.QueueFullMode,
    };
}
