using System.Collections.Concurrent;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Threads;

/// <summary>The caller's own thread. There is always room, and a task that will not end can only be given up.</summary>
internal sealed class InlineSlot(Scheduler scheduler, PayloadFormat? roundTrip) : TaskSlot
{
    private readonly ConcurrentDictionary<TaskItem, TaskContext> _contexts = new();

    public override int Concurrency => int.MaxValue;

    public override SlotFacts Facts => SlotFacts.Anonymous;

    protected override void Send(TaskItem item, Assignment assignment)
    {
        using InterruptShield.Scope shield = InterruptShield.Raise();
        LocalRun run = item.NewRun(assignment.Attempt, scheduler.Options, roundTrip, Facts);
        _contexts[item] = run.Context;
        if (item.EndRequest != EndRequest.None)
        {
            _contexts.TryRemove(item, out _);
            scheduler.GivenUp(this, item, run.Facts with { Phase = TaskPhase.NotStarted });
            return;
        }
        scheduler.Started(this, item);
        if (item.TryBeginSteps(run, outcome => EndSteps(item, outcome)))
            return;
        Outcome outcome;
        using (InlineCalls.Enter(item.Name))
        using (InterruptShield.Lower())
            outcome = item.Run(run);
        End(item, outcome);
    }

    protected override void RequestEnd(TaskItem item)
    {
        if (_contexts.TryGetValue(item, out TaskContext? context))
            context.Cancel();
    }

    protected override void ForceEnd(TaskItem item) =>
        scheduler.GivenUp(this, item, Facts.ToFailure(FailureCause.TaskException, TaskPhase.Running, item.Attempt));

    /// <summary>Ends a task that its consumer ran step by step. An interrupt that is pending was meant for the task, as it is for one that
    /// runs at once.</summary>
    private void EndSteps(TaskItem item, Outcome outcome)
    {
        using InterruptShield.Scope shield = InterruptShield.Raise();
        InterruptShield.Absorb();
        End(item, outcome);
    }

    private void End(TaskItem item, Outcome outcome)
    {
        _contexts.TryRemove(item, out _);
        scheduler.Finished(this, item, outcome);
    }
}
