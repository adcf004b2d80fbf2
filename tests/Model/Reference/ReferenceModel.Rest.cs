using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <content>What has to hold after every event.</content>
internal sealed partial class ReferenceModel
{
    /// <summary>Checks what holds when the scheduler has done all that an event asks for.</summary>
    /// <param name="driver">The scheduler.</param>
    /// <param name="drained">The end of a shutdown, if one was asked for.</param>
    public void CheckAtRest(SchedulerDriver driver, Task? drained)
    {
        CheckOutcomes(driver);
        foreach (((int slot, int task), Reason reason) in _requestsDue)
            throw new BrokenPromiseException($"Slot {slot} was not asked to end task {task} ({reason}).");
        foreach ((int slot, int task) in _forcesDue)
            throw new BrokenPromiseException($"Slot {slot} was not told to end task {task} by force.");
        foreach (int slot in _giveUpsDue)
            throw new BrokenPromiseException($"Slot {slot} was not given up although its forced end was not seen.");
        CheckKept(driver.Kept);
        CheckNobodyWaitsInVain();
        CheckTimers();
        CheckNumbers(driver.Read());
        if (drained is not null && !IsOpen)
        {
            Require(drained.IsCompleted || Live.Count > 0, "No task is left, but the shutdown is not done.");
            Require(!drained.IsCompleted || Live.Count == 0, $"The shutdown is done, but {Live.Count} tasks are left.");
        }
        (_chunk, _isNested) = ((null, null, 0), false);
    }

    /// <summary>Checks that nothing is left of a scheduler that was shut down.</summary>
    public void CheckDrained(SchedulerDriver driver)
    {
        Numbers numbers = driver.Read();
        Require(Live.Count == 0, $"{Live.Count} tasks have no outcome at the end.");
        Require(clock.Kept == 0, $"{clock.Kept} timers are left at the end.");
        Require(numbers is { Queued: 0, Running: 0, Demand: 0 }, $"No task is left at the end, but the scheduler says {numbers}.");
        long total = numbers.Succeeded + numbers.Failed + numbers.Cancelled + numbers.TimedOut + numbers.Lost;
        Require(total == Tasks.Count, $"{Tasks.Count} tasks were submitted, but the totals add up to {total}.");
    }

    private void CheckOutcomes(SchedulerDriver driver)
    {
        foreach (ModelTask task in _endingNow)
        {
            if (task.Place != Place.Ended)
                throw new BrokenPromiseException($"Task {task.Number} has no outcome; right is {string.Join(" or ", task.Legal)}.");
            if (driver.HeldBy(task.Number) is { } held)
                throw new BrokenPromiseException($"Task {task.Number} has ended and still holds {held}.");
            Live.Remove(task);
        }
        _endingNow.Clear();
    }

    private void CheckNobodyWaitsInVain()
    {
        Require(!Refuses || _queue.Count == 0, "A task waits, but the executor has no worker for it.");
        foreach (ModelTask first in _queue.Concat(_waiting).DistinctBy(static task => task.Lane))
        {
            if (Slots.Find(slot => slot != _kept && slot.HasFreePlaceFor(first)) is { } free)
                throw new BrokenPromiseException($"Task {first.Number} waits although slot {free.Number} has a free place.");
            if (Slots.Find(slot => slot != _kept && slot.HasRoomAheadFor(first)) is { } roomy)
                throw new BrokenPromiseException($"Task {first.Number} waits although it could travel ahead to slot {roomy.Number}.");
        }
    }

    /// <summary>A slot is kept from the other tasks only for one that waits to run alone; and one is kept for such a task unless half of
    /// the slots that it may use have such tasks already.</summary>
    private void CheckKept(int? number)
    {
        _kept = number is { } given && Slots[given - 1].Tasks.Count > 0 ? Slots[given - 1] : null;
        ModelTask[] alone = [.. _queue.Where(static task => task.RunsAlone)];
        Require(
            _kept is null || _queue.Count == 0 || Array.Exists(alone, task => task.MayUse(_kept)),
            $"Slot {number} is kept for a task that runs alone, but none waits that may use it.");
        foreach (ModelTask task in alone.DistinctBy(static task => task.Lane))
        {
            ModelSlot[] usable = [.. Slots.Where(slot => slot is { IsOpen: true, IsWornOut: false } && task.MayUse(slot))];
            int isolated = usable.Count(static slot => slot.HasSuspect);
            Require(
                _kept is not null || number is not null || isolated == usable.Length || isolated >= Math.Max(1, usable.Length / 2),
                $"{task} waits to run alone, and no slot is kept for it.");
        }
    }

    private void CheckTimers()
    {
        int clocks = 0;
        int there = 0;
        foreach (ModelTask task in Live)
        {
            clocks += task.Due is null ? 0 : 1;
            there += task.Place == Place.There ? 1 : 0;
        }
        if (clock.Armed != clocks)
            throw new BrokenPromiseException(
                $"{clocks} tasks have a timeout, a grace or a patience that runs, but {clock.Armed} timers do.");
        if (clock.Kept > there)
            throw new BrokenPromiseException($"{there} tasks are with slots, but {clock.Kept} timers are kept.");
    }

    private void CheckNumbers(Numbers numbers)
    {
        int running = 0;
        int behind = 0;
        foreach (ModelSlot slot in Slots)
        {
            running += slot.Tasks.Count;
            behind += Math.Max(0, slot.Tasks.Count - slot.Spec.Concurrency);
        }
        Check(numbers.State, State, "state");
        Check(numbers.Queued, _queue.Count + _waiting.Count, "number of tasks that wait");
        Check(numbers.Running, running, "number of tasks that are with slots");
        Check(numbers.Demand, _queue.Count + _waiting.Count + behind, "number of tasks that more slots could take");
        Check(numbers.Succeeded, Total(EndingKind.Succeeded), "total of successes");
        Check(numbers.Failed, Total(EndingKind.Thrown, EndingKind.QueueFull, EndingKind.Broken, EndingKind.Refused), "total of failures");
        Check(numbers.Cancelled, Total(EndingKind.Cancelled), "total of cancelled tasks");
        Check(numbers.TimedOut, Total(EndingKind.TimedOut), "total of timeouts");
        Check(numbers.Lost, Total(EndingKind.Lost), "total of lost tasks");
        int queued = _queue.Count(static task => !task.IsRestored);
        Check(Math.Max(queued, setup.Capacity), setup.Capacity, "number of queued tasks");

        static void Check<T>(T said, T right, string name)
        {
            if (!EqualityComparer<T>.Default.Equals(said, right))
                throw new BrokenPromiseException($"The {name} is {right}, but the scheduler says {said}.");
        }
    }

    private long Total(params ReadOnlySpan<EndingKind> kinds)
    {
        long total = 0;
        foreach (EndingKind kind in kinds)
            total += _totals[(int)kind];
        return total;
    }
}
