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

    /// <summary>Whether it gets tasks.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether it got tasks before, and gets none now.</summary>
    public bool IsMissed { get; set; }

    /// <summary>Whether others say that its process is gone.</summary>
    public bool IsSuspected { get; set; }

    /// <summary>How long nothing has been heard of it.</summary>
    public TimeSpan Silence => time.GetElapsedTime(_heardAt);

    /// <summary>Notes a word of the node. True if it was the first one.</summary>
    public bool Hear(NodeCondition condition)
    {
        bool isFirst = !HasBegun;
        _heardAt = time.GetTimestamp();
        (HasBegun, Condition) = (true, condition);
        return isFirst;
    }

    /// <summary>Why it gets no tasks, as half a sentence, or null.</summary>
    /// <param name="patience">After so much silence it gets none.</param>
    public string? TroubleAfter(TimeSpan patience) =>
        Silence > patience ? "nothing is heard of it"
        : IsSuspected ? "its process is said to be gone"
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
