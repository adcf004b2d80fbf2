using System.Globalization;

namespace Offloop.Workers;

/// <content>Workers that are replaced because the application has asked for it.</content>
internal sealed partial class Supervisor
{
    /// <summary>Workers that began to start before they were asked to be replaced.</summary>
    private readonly HashSet<WorkerSlot> _outdated = [];

    private readonly List<Recycling> _recyclings = [];

    /// <summary>Replaces one worker or all. Done when those that there are now are gone and there are as many workers again as there should
    /// be. Throws <see cref="ArgumentException"/> if there is no worker with this number, and <see cref="ObjectDisposedException"/> if the
    /// pool is closed.</summary>
    public Task RecycleAsync(int? workerId, CancellationToken cancellationToken)
    {
        var recycling = new Recycling();
        lock (_lock)
        {
            if (_closing.IsCancellationRequested)
                throw Closed();
            if (workerId is { } id && !_slots.Exists(slot => slot.Id == id))
                throw Unknown(id);
            // One that still waits for its turn to start will be new anyway.
            recycling.Old.UnionWith(_slots.Where(slot => slot.HasBegun && (workerId is null || slot.Id == workerId)));
            _outdated.UnionWith(recycling.Old);
            _recyclings.Add(recycling);
        }
        Wake();
        return recycling.Done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets an outdated worker go for each new one that is ready, beyond those that other workers make room for already.</summary>
    private void ReplaceOutdated(WorkerSlot[] slots)
    {
        int ready = slots.Count(slot => slot.Stage == WorkerStage.Spare && !IsOutdated(slot))
            - slots.Count(slot => slot.Stage == WorkerStage.Retiring);
        foreach (WorkerSlot slot in slots.Where(IsOutdated).OrderByDescending(slot => slot.Tasks.IdleTime))
        {
            if (ready <= 0)
                return;
            if (slot.Stage is not (WorkerStage.Spare or WorkerStage.Active))
                continue;
            slot.Retire();
            slot.TryLeave();
            ready--;
        }
    }

    /// <summary>Ends the waits for outdated workers that are gone.</summary>
    /// <param name="isComplete">Whether there are as many workers as there should be.</param>
    private void NoteReplaced(bool isComplete)
    {
        List<Recycling> done = [];
        lock (_lock)
        {
            _outdated.IntersectWith(_slots);
            foreach (Recycling recycling in _recyclings)
            {
                recycling.Old.IntersectWith(_slots);
                if (isComplete && recycling.Old.Count == 0)
                    done.Add(recycling);
            }
            _recyclings.RemoveAll(done.Contains);
        }
        foreach (Recycling recycling in done)
            recycling.Done.TrySetResult();
    }

    /// <summary>Ends the waits because there will be no new worker.</summary>
    private void FailRecyclings(Func<Exception> reason)
    {
        Recycling[] failed;
        lock (_lock)
        {
            failed = [.. _recyclings];
            _recyclings.Clear();
        }
        foreach (Recycling recycling in failed)
            recycling.Done.TrySetException(reason());
    }

    private bool IsOutdated(WorkerSlot slot)
    {
        lock (_lock)
            return _outdated.Contains(slot);
    }

    private static ObjectDisposedException Closed() =>
        new("Executor", "The executor was shut down before the workers had been replaced.");

    private ArgumentException Unknown(int workerId)
    {
        string known = _slots.Count == 0 ? "it has none now" : string.Create(
            CultureInfo.InvariantCulture, $"it has {string.Join(", ", _slots.Select(static slot => slot.Id))}");
        return new ArgumentException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The pool has no worker {workerId} ({known}); give the number of one that it has, or none to replace all."),
            nameof(workerId));
    }

    /// <summary>One request of the application.</summary>
    private sealed class Recycling
    {
        /// <summary>The workers that have to go first.</summary>
        public HashSet<WorkerSlot> Old { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
