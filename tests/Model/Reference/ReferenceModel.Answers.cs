using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <content>The scheduler's answers, each checked as it comes.</content>
internal sealed partial class ReferenceModel : IWitness
{
    private (ModelSlot? Slot, int Left) _chunk;

    /// <summary>Whether more slots were asked for in this event.</summary>
    private bool _isStarved;

    /// <summary>Whether something has happened inside an answer. Tasks may be on their way then that the model believes to be in the queue,
    /// so their order is not checked until the event is over.</summary>
    private bool _isNested;

    /// <summary>Called inside the call that brings a task.</summary>
    public Action<ModelSlot, ModelTask>? HasSent { get; set; }

    /// <summary>Called inside the call that asks for slots.</summary>
    public Action? HasStarved { get; set; }

    public void BeginNested() => _isNested = true;

    public void Sent(int slot, int task, int attempt)
    {
        Sent(Slots[slot - 1], Tasks[task - 1], attempt);
        HasSent?.Invoke(Slots[slot - 1], Tasks[task - 1]);
    }

    public void EndRequested(int slot, int task)
    {
        tell($"slot {slot} is asked to end task {task}");
        Require(_requestsDue.Remove((slot, task)), $"Slot {slot} was asked to end task {task} without a reason.");
    }

    public void EndForced(int slot, int task)
    {
        tell($"slot {slot} is told to end task {task} by force");
        Require(!_requestsDue.ContainsKey((slot, task)), $"Slot {slot} was told to end task {task} by force before it was asked to.");
        Require(_forcesDue.Remove((slot, task)), $"Slot {slot} was told to end task {task} by force without a reason.");
        Tasks[task - 1].IsForced = true;
    }

    public void Ended(int task, Ending ending)
    {
        ModelTask about = Tasks[task - 1];
        tell($"task {task} ends: {ending}");
        Require(about.Place != Place.Ended, $"Task {task} ended a second time: {ending}.");
        Require(about.Place == Place.Ending, $"Task {task} ended although nothing happened to it: {ending}.");
        if (!about.Legal.Contains(ending))
            throw new BrokenPromiseException($"Task {task} ended wrongly: {ending}; right is {string.Join(" or ", about.Legal)}.");
        about.Place = Place.Ended;
        _totals[(int)ending.Kind]++;
    }

    public void Starved()
    {
        _isStarved = true;
        HasStarved?.Invoke();
    }

    private static void Require(bool isRight, string sentence)
    {
        if (!isRight)
            throw new BrokenPromiseException(sentence);
    }

    private void Sent(ModelSlot slot, ModelTask task, int attempt)
    {
        tell($"{slot} gets {task}, attempt {attempt}");
        if (task.Place != Place.Queued)
            throw new BrokenPromiseException($"{slot} was given {task}, which is {task.Place} and not in the queue.");
        if (!slot.IsOpen)
        {
            string why = slot.IsDead ? "is dead" : slot.IsGone ? "has left" : slot.IsAttached ? "has retired" : "was never attached";
            throw new BrokenPromiseException($"{slot} was given {task} although it {why}.");
        }
        if (slot.IsWornOut)
            throw new BrokenPromiseException($"{slot} was given {task} although it has had its {slot.Spec.TaskLimit} tasks.");
        if (!task.MayUse(slot))
            throw new BrokenPromiseException($"{slot} was given {task}, which requires the label {task.Spec.Requires}.");
        if (attempt != task.Attempt)
            throw new BrokenPromiseException($"{slot} was given {task} as attempt {attempt}; it is attempt {task.Attempt}.");
        if (task.Attempt - 1 > task.Spec.CrashRetries)
            throw new BrokenPromiseException($"{slot} was given {task} although it has no retry left.");
        if (!_isNested && _queue.Find(other => other.GoesBefore(task) && CouldGo(other)) is { } overtaken)
            throw new BrokenPromiseException($"{slot} was given {task} before {overtaken}, which comes first.");
        CheckRoom(slot, task);

        _queue.Remove(task);
        task.Place = Place.There;
        task.Slot = slot;
        slot.Tasks.Add(task);
        slot.Given++;
        Admit();

        // To a free place another may only go before one that cannot run there, and behind other tasks before none.
        bool CouldGo(ModelTask other) => slot.HasFreePlaceFor(task) ? slot.HasFreePlaceFor(other) : other.MayUse(slot);
    }

    private void CheckRoom(ModelSlot slot, ModelTask task)
    {
        if (slot.HasSuspect || (task.Suspicions > 0 && slot.Tasks.Count > 0))
            throw new BrokenPromiseException($"{slot} was given {task} beside {slot.Tasks[0]}, but a suspect travels alone.");
        bool mayFollow = (_chunk.Left > 0 && _chunk.Slot == slot) || _isNested;
        if (mayFollow && task is { Spec.ChunkSize: > 1, Suspicions: 0 } && slot.Tasks.Count < slot.Spec.ChunkWindow)
        {
            _chunk.Left--; // it travels with the task before it
            return;
        }
        _chunk = (slot, task.Suspicions > 0 ? 0 : (task.Spec.ChunkSize ?? 1) - 1);
        if (slot.HasFreePlaceFor(task))
        {
            if (Rules.PrefersLastBusy && !_isNested && slot.Tasks.Count == 0 && LastBusy(task) is { } last && last != slot)
                throw new BrokenPromiseException($"{slot} was given {task}, but {last} is free and was busy last.");
            return;
        }
        if (slot.Tasks.Count >= (_isNested ? Math.Max(slot.Window, slot.Spec.ChunkWindow) : slot.Window))
            throw new BrokenPromiseException($"{slot} was given {task} although it is full with {slot.Tasks.Count} tasks.");
        if (!task.MayTravelAhead)
            throw new BrokenPromiseException($"{slot} was given {task} behind {slot.Tasks[0]}, but the task does not travel ahead.");
        if (!_isNested && Slots.Find(other => other.HasFreePlaceFor(task)) is { } free)
            throw new BrokenPromiseException($"{slot} was given {task} behind {slot.Tasks[0]} although {free} has a free place.");
    }

    /// <summary>Of the slots without tasks, the one that has been without for the shortest time.</summary>
    private ModelSlot? LastBusy(ModelTask task) =>
        Slots.Where(slot => slot.Tasks.Count == 0 && slot.HasFreePlaceFor(task)).MaxBy(static slot => slot.IdleSince);
}
