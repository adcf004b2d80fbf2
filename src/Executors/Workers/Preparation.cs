using Offloop.Invocation;

namespace Offloop.Workers;

/// <summary>Lets one worker prepare for the tasks of its pool while it has none.</summary>
/// <param name="slot">The worker.</param>
/// <param name="launch">Knows the methods in use.</param>
/// <param name="changed">Called when a method is new in the pool, so that all workers are told.</param>
internal sealed class Preparation(WorkerSlot slot, WorkerLaunch launch, Action changed)
{
    private int _told;

    /// <summary>A task with this method has returned here.</summary>
    public void NoteReturned(MethodEntry method)
    {
        if (launch.RunsDotnetMethods && launch.MethodsInUse.Add(method))
            changed();
    }

    /// <summary>Tells the worker of methods that are new in the pool. The supervisor's.</summary>
    public void Tell()
    {
        if (slot.Stage is not (WorkerStage.Spare or WorkerStage.Active))
            return;
        foreach (MethodEntry method in launch.MethodsInUse.TakeNew(ref _told))
            slot.Channel.Tell(worker => worker.Prepare(method.Number, launch.NameOf(method.Identity)));
    }
}
