using Offloop.Healing;
using Offloop.Scheduling;

namespace Offloop.Workers;

/// <content>How many workers there should be, and the steps to get there.</content>
internal sealed partial class Supervisor
{
    /// <summary>Looks at all workers once, and acts. Only this loop moves a worker between spare, active and leaving, so a change meanwhile
    /// can only make the numbers better than it has counted.</summary>
    private void Plan()
    {
        WorkerSlot[] slots = Slots();
        if (!Judge(slots))
            return;
        foreach (WorkerSlot slot in slots)
        {
            if (slot.TakeProof())
                _health.Proved();
            slot.Preparation.Tell();
            if (slot.IsWornOut || slot.IsOverSoftLimit)
                slot.Retire();
            if (slot.Stage == WorkerStage.Retiring)
                slot.TryLeave();
        }
        ReplaceOutdated(slots);
        ProcessPoolOptions options = _launch.Options;
        var spares = new Queue<WorkerSlot>(slots.Where(slot => slot.Stage == WorkerStage.Spare).OrderBy(IsOutdated));
        int starting = slots.Count(slot => slot.Stage == WorkerStage.Starting);
        // A retiring worker still runs its tasks: it holds its place until they have ended. A condemned one may take long and does not.
        int working = slots.Count(slot => slot.Stage is WorkerStage.Active or WorkerStage.Retiring);
        int wanted = Math.Clamp(working + WorkersFor(_waiting), options.MinWorkers, options.MaxWorkers);
        for (; working < wanted && spares.TryDequeue(out WorkerSlot? spare); working++)
            spare.Activate();

        // A replacement is started before its predecessor has to go, and waits as a spare.
        int replacements = slots.Count(IsToBeReplaced);
        int surplus = working + spares.Count - wanted - options.SpareWorkers;
        int missing = replacements - surplus - starting;
        if (_judge.Diagnosis.Condition != Condition.Whole)
            missing = Math.Max(missing, 1 - starting); // the next try, although nobody may ask for a worker now
        for (; missing > 0; missing--)
            Start();
        _canGrow = working + starting < options.MaxWorkers;
        if (_canGrow && working + starting < Math.Clamp(working + WorkersFor(_waiting), options.MinWorkers, options.MaxWorkers))
            Wake(); // the demand came while it could not have been heard
        Shrink(slots, working, surplus - replacements);
        NoteReplaced(isComplete: surplus >= 0);
    }

    /// <summary>How many workers so many tasks ask for.</summary>
    private int WorkersFor(int tasks) => (int)(((long)tasks + _launch.Options.ThreadsPerWorker - 1) / _launch.Options.ThreadsPerWorker);

    private bool IsToBeReplaced(WorkerSlot slot) => slot.Stage switch
    {
        WorkerStage.Retiring or WorkerStage.Condemned => true,
        WorkerStage.Active => slot.IsWearingOut || IsOutdated(slot),
        WorkerStage.Starting or WorkerStage.Spare => IsOutdated(slot),
        _ => false,
    };

    /// <summary>Judges the pool by its starts. False if there is no more to plan.</summary>
    private bool Judge(WorkerSlot[] slots)
    {
        bool anyReady = slots.Any(static slot => slot.Stage is WorkerStage.Spare or WorkerStage.Active or WorkerStage.Retiring);
        if (_judge.Judge(anyReady) != Condition.Broken)
            return true;
        _noMoreStarts.Cancel();
        Diagnosis diagnosis = _judge.Diagnosis;
        FailRecyclings(() => Failures.Broken(diagnosis.Reason, diagnosis.Facts!));
        return false;
    }

    /// <summary>Lets workers go that have had nothing to do for long, and wakes this loop when the next one may.</summary>
    /// <param name="slots">All workers.</param>
    /// <param name="working">How many of them take tasks, or finish some.</param>
    /// <param name="spare">How many of the others are more than the reserve.</param>
    private void Shrink(WorkerSlot[] slots, int working, int spare)
    {
        TimeSpan patience = _launch.Options.IdleTimeout;
        if (patience == Timeout.InfiniteTimeSpan)
            return;
        TimeSpan next = patience;
        LetGo(WorkerStage.Spare, spare);
        LetGo(WorkerStage.Active, working - _launch.Options.MinWorkers);
        _idleTimer.Change(next, Timeout.InfiniteTimeSpan);

        void LetGo(WorkerStage stage, int most)
        {
            foreach (WorkerSlot slot in slots.Where(slot => slot.Stage == stage).OrderByDescending(slot => slot.Tasks.IdleTime))
            {
                TimeSpan left = patience - slot.Tasks.IdleTime;
                if (most <= 0 || left > TimeSpan.Zero)
                {
                    next = most > 0 && left < next ? left : next;
                    return; // the others have been idle for less
                }
                if (slot.TryLeave())
                    most--;
            }
        }
    }
}
