using Microsoft.Extensions.Logging;
using Offloop.Scheduling;
using Offloop.Threads;

namespace Offloop;

/// <summary>Runs each task on the thread that submits it, before <c>SubmitAsync</c> returns: the reference for what a task means, a
/// test double for the other executors, and the demonstration of what blocks an event loop.</summary>
public sealed class InlineExecutor : Executor
{
    /// <summary>Makes an executor; null takes the default options.</summary>
    public InlineExecutor(InlineOptions? options = null)
        : base(ToScheduler(options ??= new InlineOptions()), FormatOf(options.JsonOptions)) =>
        Scheduler.Use(new CallerThread(Scheduler, options.RoundTripPayloads ? Format : null));

    private static SchedulerOptions ToScheduler(InlineOptions options) => new()
    {
        TaskTimeout = options.TaskTimeout,
        CancellationGrace = options.CancellationGrace,
        ShutdownTimeout = options.ShutdownTimeout,
        TimeProvider = options.TimeProvider,
        Logger = options.LoggerFactory.CreateLogger<InlineExecutor>(),
    };
}
