using Offloop.Model.Seam;

namespace Offloop.Model.Reference;

/// <summary>Where a task is.</summary>
internal enum Place
{
    /// <summary>Waits for room in the queue.</summary>
    Waiting,

    Queued,

    /// <summary>With a slot.</summary>
    There,

    /// <summary>Its outcome is due in this event.</summary>
    Ending,

    /// <summary>Its caller has the outcome.</summary>
    Ended,
}

/// <summary>Why a task was asked to end.</summary>
internal enum Reason
{
    Cancellation,
    Timeout,
    Shutdown,
}

/// <summary>One task as the model sees it.</summary>
internal sealed class ModelTask(TaskSpec spec, CancellationTokenSource? source)
{
    public TaskSpec Spec => spec;

    public int Number => spec.Number;

    /// <summary>The source of the caller's token, if it has one.</summary>
    public CancellationTokenSource? Source => source;

    public CancellationToken Token => source?.Token ?? CancellationToken.None;

    public Place Place { get; set; }

    public ModelSlot? Slot { get; set; }

    /// <summary>Whether its slot has said that it started.</summary>
    public bool HasStarted { get; set; }

    public Reason? Asked { get; set; }

    /// <summary>Whether its slot was told to end it by force.</summary>
    public bool IsForced { get; set; }

    /// <summary>When its timeout or its grace is over.</summary>
    public TimeSpan? Due { get; set; }

    public int Attempt { get; set; } = 1;

    /// <summary>How many slots were lost while it ran.</summary>
    public int LostRuns { get; set; }

    public int LostBeforeStart { get; set; }

    public int Suspicions { get; set; }

    /// <summary>Whether it ran beside others in a slot that died, and may be the reason.</summary>
    public bool MayBeGuilty { get; set; }

    /// <summary>Whether it gets no company.</summary>
    public bool RunsAlone => Suspicions > 0 || MayBeGuilty;

    /// <summary>Tasks with the same line up together.</summary>
    public (string? Requires, bool Alone) Lane => (spec.Requires, RunsAlone);

    /// <summary>Whether it came back to the queue, which may be full then.</summary>
    public bool IsRestored { get; set; }

    /// <summary>The outcomes that are right, while one is due.</summary>
    public IReadOnlyList<Ending> Legal { get; set; } = [];

    /// <summary>Whether it can wait in a slot behind another task.</summary>
    public bool MayTravelAhead => spec.ChunkSize != 1 && !RunsAlone;

    public bool IsLive => Place is Place.Waiting or Place.Queued or Place.There;

    /// <summary>Whether it goes before another task: the higher priority first, then the earlier submit.</summary>
    public bool GoesBefore(ModelTask other) =>
        spec.Priority != other.Spec.Priority ? spec.Priority > other.Spec.Priority : Number < other.Number;

    public bool MayUse(ModelSlot slot) => spec.Requires is null || spec.Requires == slot.Spec.Label;

    public override string ToString() => $"task {Number}";
}
