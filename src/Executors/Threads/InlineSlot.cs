using System.Collections.Concurrent;
using Offloop.Payloads;
using Offloop.Scheduling;

namespace Offloop.Threads;

/// <summary>The caller's own thread. There is always room, and a task that will not end can only be given up.</summary>
internal sealed class InlineSlot(Scheduler scheduler, PayloadFormat? roundTrip) : Slot
{
    private readonly ConcurrentDictionary<WorkItem, TaskContext> _contexts = new();

    public override int Room => int.MaxValue;

    public override void Send(WorkItem item)
    {
        if (item.EndRequest != EndRequest.None)
        {
            scheduler.Lost(this, item, NotStarted(item));
            return;
        }
        var context = item.NewContext(scheduler.Options.Logger, roundTrip);
        _contexts[item] = context;
        scheduler.Started(this, item);
        if (!item.TryBeginSteps(context, roundTrip, outcome => End(item, outcome)))
            End(item, item.Run(context, roundTrip));
    }

    public override void RequestEnd(WorkItem item)
    {
        if (_contexts.TryGetValue(item, out TaskContext? context))
            context.Cancel();
    }

    public override void ForceEnd(WorkItem item) => scheduler.Lost(this, item, Describe(item) with { Phase = TaskPhase.Running });

    public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.TaskException };

    private void End(WorkItem item, Outcome outcome)
    {
        _contexts.TryRemove(item, out _);
        scheduler.Finished(this, item, outcome);
    }
}
