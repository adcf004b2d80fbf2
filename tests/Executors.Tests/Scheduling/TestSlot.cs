using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

/// <summary>A slot that keeps what the scheduler asks of it and does nothing else.</summary>
internal sealed class TestSlot(int id, int window = 1, params string[] labels) : Slot
{
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];

    public override int Concurrency => AtOnce;

    public override int Window => Math.Max(window, AtOnce);

    /// <summary>How many tasks it runs at once.</summary>
    public int AtOnce { get; init; } = 1;

    public override LabelSet Labels { get; } = LabelSet.Of(labels);

    public override SlotFacts Facts { get; } = new() { WorkerId = id, ProcessId = 1000 + id };

    /// <summary>What the scheduler has asked for, in order, such as "send 3" or "end 3".</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    /// <summary>Whether the start of the task that came last has to be reported.</summary>
    public bool ReportsStart { get; private set; }

    public override bool KeepsNotes => Noted is not null;

    /// <summary>What it has noted of its tasks; null if it keeps no notes.</summary>
    public TaskPhase? Noted { get; set; }

    public override TaskPhase PhaseOf(WorkItem item) => Noted!.Value;

    public override void Send(Assignment assignment)
    {
        ReportsStart = assignment.ReportStart;
        Note($"send {assignment.Item.Id}");
    }

    public override void RequestEnd(WorkItem item) => Note($"end {item.Id}");

    public override void ForceEnd(WorkItem item) => Note($"force {item.Id}");

    private void Note(string call)
    {
        lock (_lock)
            _calls.Add(call);
    }
}
