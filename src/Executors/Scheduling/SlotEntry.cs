namespace Offloop.Scheduling;

/// <summary>The scheduler's book-keeping for one slot. Only the scheduler touches it, under its lock.</summary>
internal sealed class SlotEntry(Slot slot, SlotGroup group) : IntrusiveNode<SlotEntry>
{
    public Slot Slot { get; } = slot;

    public SlotGroup Group { get; } = group;

    public LabelSet Labels => Group.Labels;

    /// <summary>The tasks that are there, in the order in which they were given.</summary>
    public List<WorkItem> Items { get; } = [];

    /// <summary>Whether it takes tasks.</summary>
    public bool IsOpen { get; set; }

    /// <summary>How many tasks it has been given so far; those that came back do not count.</summary>
    public long Assigned { get; set; }

    /// <summary>The list that it is on, or null if it takes no task now.</summary>
    public IntrusiveList<SlotEntry>? List { get; set; }

    /// <summary>Which of its group's lists of free slots that is, if it is one of them.</summary>
    public int Bucket { get; set; }

    /// <summary>How many of its tasks wait behind others there.</summary>
    public int Ahead { get; set; }

    /// <summary>How many more tasks it takes now.</summary>
    public int Room => RoomIn(Slot.Window);

    /// <summary>How many more it takes of tasks that were asked to travel together.</summary>
    public int ChunkRoom => RoomIn(Slot.ChunkWindow);

    /// <summary>Whether a task would run there at once.</summary>
    public bool HasFreePlace => Items.Count < Slot.Concurrency;

    /// <summary>Whether it has been given all the tasks that it takes.</summary>
    public bool IsWornOut => Assigned >= Slot.TaskLimit;

    /// <summary>Whether its only task is one that runs alone; it gets no company.</summary>
    public bool IsIsolated => Items is [{ RunsAlone: true }];

    /// <summary>Whether it gets no more tasks until it has none, for one that has to run alone.</summary>
    public bool IsReserved { get; set; }

    private int RoomIn(int window) => (int)Math.Min(window - Items.Count, Slot.TaskLimit - Assigned);
}
