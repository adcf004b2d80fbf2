using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <summary>One slot as the model sees it.</summary>
internal sealed class ModelSlot(SlotSpec spec)
{
    public SlotSpec Spec => spec;

    public int Number => spec.Number;

    public int Window { get; set; } = spec.Window;

    /// <summary>The tasks that are there, in the order in which they came.</summary>
    public List<ModelTask> Tasks { get; } = [];

    /// <summary>Grows with every moment at which a slot came to have no task.</summary>
    public long IdleSince { get; set; }

    /// <summary>How many tasks it was given and has not given back.</summary>
    public long Given { get; set; }

    /// <summary>Whether it takes tasks.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether it was attached and is not gone.</summary>
    public bool IsAttached { get; set; }

    /// <summary>Whether it left, or died; it cannot be attached again.</summary>
    public bool IsGone { get; set; }

    public bool IsDead { get; set; }

    /// <summary>Tasks that were given up without the slot's knowledge: it may still report them.</summary>
    public List<ModelTask> Ghosts { get; } = [];

    public bool IsLimited => spec.TaskLimit != long.MaxValue;

    public bool IsWornOut => Given >= spec.TaskLimit;

    /// <summary>Whether a task that may have ended other slots is here. It has the slot for itself.</summary>
    public bool HasSuspect => Tasks.Exists(static task => task.RunsAlone);

    /// <summary>Whether a task could run here at once.</summary>
    public bool HasFreePlaceFor(ModelTask task) =>
        IsOpen && !IsWornOut && Tasks.Count < spec.Concurrency && Tasks.Count < Window && !HasSuspect
        && (!task.RunsAlone || Tasks.Count == 0) && task.MayUse(this);

    /// <summary>Whether a task could wait here behind others.</summary>
    public bool HasRoomAheadFor(ModelTask task) =>
        IsOpen && !IsWornOut && Tasks.Count < Window && !HasSuspect && task.MayTravelAhead && task.MayUse(this);

    public override string ToString() => $"slot {Number}";
}
