using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <content>The scheduler's answers, each checked as it comes.</content>
internal sealed partial class ReferenceModel : IWitness
{
    private (ModelSlot? Slot, string? Requires, int Left) _chunk;

    /// <summary>Whether something has happened inside an answer. Tasks may be on their way then that the model believes to be in the queue,
    /// so their order is not checked until the event is over.</summary>
    private bool _isNested;

    /// <summary>Called inside the call that brings a task.</summary>
    public Action<ModelSlot, ModelTask>? HasSent { get; set; }

    /// <summary>Called before a slot that was given up is taken for dead.</summary>
    public Action<ModelSlot>? HasGivenUp { get; set; }

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

    private static void Require(bool isRight, string sentence)
    {
        if (!isRight)
            throw new BrokenPromiseException(sentence);
    }

    private void Sent(ModelSlot slot, ModelTask task, int attempt)
    {
        tell($"{slot} gets {task}, attempt {attempt}");
        if (task.Place is not (Place.Queued or Place.Waiting))
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
        if (!_isNested && Overtaken(slot, task) is { } overtaken)
            throw new BrokenPromiseException($"{slot} was given {task} before {overtaken}, which comes first.");
        CheckRoom(slot, task);

        _ = _queue.Remove(task) || _waiting.Remove(task);
        task.Place = Place.There;
        task.Slot = slot;
        slot.Tasks.Add(task);
        slot.Given++;
        Admit();
    }

    /// <summary>A task that should have had the place. Tasks with the same requirement go strictly in order; of tasks with different ones,
    /// the first goes first if the place is one for it. Tasks that wait for room in the queue come after those in it.</summary>
    private ModelTask? Overtaken(ModelSlot slot, ModelTask task)
    {
        bool isFree = slot.HasFreePlaceFor(task);
        bool isQueued = task.Place == Place.Queued;
        foreach (ModelTask other in _queue)
        {
            bool before = !isQueued || other.GoesBefore(task);
            if (before && (other.Lane == task.Lane || (IsFirst(other) && CouldGo(other))))
                return other;
        }
        return isQueued ? null : _waiting.TakeWhile(other => other != task).FirstOrDefault(other =>
            other.Lane == task.Lane || (IsFirst(other) && CouldGo(other)));

        bool CouldGo(ModelTask other) => isFree ? slot.HasFreePlaceFor(other) : slot.HasRoomAheadFor(other);
    }

    /// <summary>Whether a task is the next of those with the same requirement, the tasks in the queue before those that wait for room in
    /// it.</summary>
    private bool IsFirst(ModelTask task) => _queue.Concat(_waiting).First(other => other.Lane == task.Lane) == task;

    private void CheckRoom(ModelSlot slot, ModelTask task)
    {
        if (slot.HasSuspect || (task.RunsAlone && slot.Tasks.Count > 0))
            throw new BrokenPromiseException($"{slot} was given {task} beside {slot.Tasks[0]}, but a suspect travels alone.");
        bool mayFollow = (_chunk.Left > 0 && _chunk.Slot == slot && _chunk.Requires == task.Spec.Requires) || _isNested;
        if (mayFollow && task is { Spec.ChunkSize: > 1, RunsAlone: false } && slot.Tasks.Count < slot.Spec.ChunkWindow)
        {
            _chunk.Left--; // it travels with the task before it
            return;
        }
        _chunk = (slot, task.Spec.Requires, task.RunsAlone ? 0 : (task.Spec.ChunkSize ?? 1) - 1);
        if (slot.HasFreePlaceFor(task))
        {
            if (_isNested)
                return;
            if (slot.Tasks.Count == 0 && LastBusy(slot, task) is { } last && last != slot)
                throw new BrokenPromiseException($"{slot} was given {task}, but {last} is free and was busy last.");
            if (Slots.Find(other => IsLike(other, slot) && other.Tasks.Count < slot.Tasks.Count && IsFree(other)) is { } calm)
                throw new BrokenPromiseException($"{slot} was given {task}, but {calm} has fewer tasks.");
            return;
        }
        if (slot.Tasks.Count >= (_isNested ? Math.Max(slot.Window, slot.Spec.ChunkWindow) : slot.Window))
            throw new BrokenPromiseException($"{slot} was given {task} although it is full with {slot.Tasks.Count} tasks.");
        if (!task.MayTravelAhead && !_isNested)
            throw new BrokenPromiseException($"{slot} was given {task} behind {slot.Tasks[0]}, but the task does not travel ahead.");
        if (!_isNested && Slots.Find(IsFree) is { } free)
            throw new BrokenPromiseException($"{slot} was given {task} behind {slot.Tasks[0]} although {free} has a free place.");

        bool IsFree(ModelSlot other) => other.HasFreePlaceFor(task) && !MayBeKept(other);
    }

    /// <summary>Of the slots without tasks, the one that has been without for the shortest time.</summary>
    private ModelSlot? LastBusy(ModelSlot like, ModelTask task) =>
        Slots.Where(slot => slot.Tasks.Count == 0 && IsLike(slot, like) && slot.HasFreePlaceFor(task)).MaxBy(static slot => slot.IdleSince);

    /// <summary>Whether a slot may be kept from the other tasks, until it has none, for one that runs alone.</summary>
    private bool MayBeKept(ModelSlot slot) => slot.Tasks.Count > 0 && _queue.Exists(task => task.RunsAlone && task.MayUse(slot));

    private static bool IsLike(ModelSlot slot, ModelSlot other) => slot.Spec.Label == other.Spec.Label;
}
