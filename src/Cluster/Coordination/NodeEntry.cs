using Offloop.Cluster.Messages;
using Offloop.Scheduling;

namespace Offloop.Cluster.Coordination;

/// <summary>A node in its session. The roster's lock guards what changes.</summary>
internal sealed class NodeEntry(Guid session, NodeSlot slot, TaskLine<NodeOrder> orders, TimeProvider time)
{
    private readonly long _joinedAt = time.GetTimestamp();
    private long _heardAt = time.GetTimestamp();

    public Guid Session { get; } = session;

    public NodeSlot Slot { get; } = slot;

    public TaskLine<NodeOrder> Orders { get; } = orders;

    /// <summary>Its number in the executor.</summary>
    public int Id => Slot.Facts.WorkerId!.Value;

    public string Name => Slot.Card.Name;

    public NodeCondition Condition { get; set; } = new();

    /// <summary>Whether it has said that it is ready for its first task.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether it was told that it has joined.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether it gets tasks.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether it got tasks before, and gets none now.</summary>
    public bool IsMissed { get; set; }

    /// <summary>Why it is not to be heard any more, as half a sentence, although its lease goes on; null as a rule.</summary>
    public string? Suspicion { get; set; }

    /// <summary>How long nothing has been heard of it.</summary>
    public TimeSpan Silence => time.GetElapsedTime(_heardAt);

    /// <summary>Notes a word of the node.</summary>
    public void Hear(NodeCondition condition)
    {
        _heardAt = time.GetTimestamp();
        (HasBegun, Condition) = (true, condition);
    }

    /// <summary>Why it gets no tasks, as half a sentence, or null.</summary>
    /// <param name="patience">After so much silence it gets none.</param>
    public string? TroubleAfter(TimeSpan patience) =>
        Silence > patience ? "nothing is heard of it"
        : Suspicion is not null ? Suspicion
        : Condition.IsDraining ? "it is leaving"
        : Condition.Trouble?.TrimEnd('.');

    public NodeSnapshot Describe() => new()
    {
        Name = Name,
        Address = Slot.Card.Address.Split('@')[0], // without what Orleans tells the lives of a process apart by
        Slots = Slot.Card.Slots,
        Labels = Slot.Card.Labels,
        HeardAgo = Silence,
    };

    public SlotReport Report() => new(
        Slot,
        IsOpen ? WorkerState.Idle : HasBegun ? WorkerState.Leaving : WorkerState.Starting,
        time.GetElapsedTime(_joinedAt),
        Slot.Done,
        ResidentBytes: null)
    {
        Node = Describe(),
    };
}
