using Offloop.Scheduling;

namespace Offloop.Model.Seam;

/// <summary>A slot that tells the witness about every call and does nothing else.</summary>
internal sealed class FakeSlot(SlotSpec spec, IWitness witness) : Slot
{
    public int Number => spec.Number;

    /// <summary>How many tasks may be here.</summary>
    public int Window { get; set; } = spec.Window;

    public override int Room => (int)Math.Min(Window - Items.Count, spec.TaskLimit - Assigned);

    public override int ChunkRoom => (int)Math.Min(spec.ChunkWindow - Items.Count, spec.TaskLimit - Assigned);

    public override void Send(WorkItem item) => witness.Sent(Number, (int)item.Id, item.Attempt);

    public override void RequestEnd(WorkItem item) => witness.EndRequested(Number, (int)item.Id);

    public override void ForceEnd(WorkItem item) => witness.EndForced(Number, (int)item.Id);

    public override TaskFailure Describe(WorkItem item) => new() { Cause = FailureCause.TaskException, WorkerId = Number };
}
