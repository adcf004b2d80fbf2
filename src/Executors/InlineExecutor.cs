using Offloop.Threads;

namespace Offloop;

/// <summary>Runs each task on the thread that submits it, before <c>SubmitAsync</c> returns: the reference for what a task means, a
/// test double for the other executors, and the demonstration of what blocks an event loop.</summary>
public sealed class InlineExecutor : Executor
{
    /// <summary>Makes an executor; null takes the default options.</summary>
    public InlineExecutor(InlineOptions? options = null)
        : base(options ??= new InlineOptions()) =>
        Scheduler.Attach(new InlineSlot(Scheduler, options.RoundTripPayloads ? Scheduler.Options.Format : null));

    /// <inheritdoc/>
    public override ExecutorSnapshot GetSnapshot() => Scheduler.Snapshot([], abandonedThreads: 0);

    private protected override ValueTask CloseWorkersAsync() => ValueTask.CompletedTask;
}
