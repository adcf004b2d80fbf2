using Offloop.Scheduling;

namespace Offloop.Benchmarks.Scale;

/// <summary>A machine that runs nothing: it keeps its tasks until the simulation ends them.</summary>
internal sealed class FakeNode(int number, int slots, LabelSet labels) : Slot
{
    public override int Concurrency => slots;

    public override LabelSet Labels => labels;

    public override SlotFacts Facts { get; } = new() { WorkerId = number, ProcessId = number };

    /// <summary>Its tasks, in no order.</summary>
    public List<WorkItem> Tasks { get; } = new(slots);

    /// <summary>Whether it takes no more tasks.</summary>
    public bool IsClosed { get; set; }

    public override void Send(Assignment assignment) => Tasks.Add(assignment.Item);

    /// <summary>Takes one of its tasks from it.</summary>
    public WorkItem Take(Random random)
    {
        int place = random.Next(Tasks.Count);
        WorkItem task = Tasks[place];
        Tasks[place] = Tasks[^1];
        Tasks.RemoveAt(Tasks.Count - 1);
        return task;
    }

    public override void RequestEnd(WorkItem item)
    {
    }

    public override void ForceEnd(WorkItem item)
    {
    }
}
