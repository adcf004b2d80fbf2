using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Surroundings;

namespace Offloop.Tasks;

/// <summary>A run of a task in this process.</summary>
/// <param name="Context">The context that the task gets.</param>
/// <param name="Scope">Runs the task in its surroundings.</param>
/// <param name="RoundTrip">The format through which payloads go, so that the task gets them as another process would; null passes
/// references.</param>
/// <param name="Slot">The facts of the slot where it runs.</param>
internal readonly record struct LocalRun(TaskContext Context, TaskScope Scope, PayloadFormat? RoundTrip, SlotFacts Slot)
{
    /// <summary>The facts for a failure of this run.</summary>
    public TaskFailure Facts => Slot.ToFailure(FailureCause.TaskException, TaskPhase.Running, Context.Attempt);
}
