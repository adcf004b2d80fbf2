using Offloop.Payloads;
using Offloop.Scheduling;

namespace Offloop.Threads;

/// <summary>The source of the one slot that is always there: the thread that submits.</summary>
internal sealed class CallerThread : SlotSource
{
    public CallerThread(Scheduler scheduler, PayloadFormat? roundTrip)
    {
        var slot = new InlineSlot(scheduler, roundTrip);
        scheduler.Add(slot);
        scheduler.Open(slot);
    }

    public override int MaxSlots => 1;

    public override SourceSnapshot Snapshot() => new([]);

    public override ValueTask CloseAsync() => ValueTask.CompletedTask;
}
