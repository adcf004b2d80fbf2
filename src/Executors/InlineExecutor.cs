using Offloop.Scheduling;
using Offloop.Threads;

namespace Offloop;

/// <summary>Runs each task on the thread that submits it, before <c>SubmitAsync</c> returns. Use it as a test double for the other
/// executors, or to see how a blocking call stops an event loop.</summary>
public sealed class InlineExecutor : Executor
{
    /// <summary>Makes an executor.</summary>
    /// <param name="options">Its settings, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The <see cref="ExecutorOptions.JsonOptions"/> method threw.</exception>
    public InlineExecutor(InlineOptions? options = null)
        : base(options ??= new InlineOptions()) =>
        Scheduler.Use(new CallerThread(Scheduler, options.RoundTripPayloads ? Format : null));
}
