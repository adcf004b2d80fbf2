using Offloop.Scheduling;

namespace Offloop.Model.Seam;

/// <summary>A slot that tells the witness about every call and does nothing else.</summary>
internal sealed class FakeSlot(SlotSpec spec, IWitness witness) : Slot
{
    private int _window = spec.Window;

    public int Number => spec.Number;

    public override int Concurrency => spec.Concurrency;

    public override int Window => _window;

    public override int ChunkWindow => spec.ChunkWindow;

    public override long TaskLimit => spec.TaskLimit;

    public override LabelSet Labels { get; } = spec.Label is { } label ? LabelSet.Of(label) : LabelSet.Empty;

    public override SlotFacts Facts { get; } = new() { WorkerId = spec.Number };

    /// <summary>Takes effect with the next report of the slot.</summary>
    public void SetWindow(int window) => _window = window;

    public override void Send(Assignment assignment) => witness.Sent(Number, (int)assignment.Item.Id, assignment.Attempt);

    public override void RequestEnd(WorkItem item) => witness.EndRequested(Number, (int)item.Id);

    public override void ForceEnd(WorkItem item) => witness.EndForced(Number, (int)item.Id);

    public override SlotLoss GiveUp()
    {
        witness.GivenUp(Number);
        return base.GiveUp();
    }
}
