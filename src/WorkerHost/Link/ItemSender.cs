using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Link;

/// <summary>Sends the items of a streaming task.</summary>
internal sealed class ItemSender(CoordinatorLink link, int sequence, int credit, PayloadFormat format) : ItemSink(credit)
{
    private Task _written = Task.CompletedTask;
    private int _sent;

    /// <summary>Returns when the last item is written, so that no end of the task is known without it.</summary>
    public void Close() => InterruptShield.Wait(_written);

    protected override void Write<T>(T item)
    {
        Payload payload = format.Write(item, "item").Within(link.MaxMessageBytes, "item");
        // A small item is written after this returns, when the task may already reuse its array. A large one has been written by then.
        if (payload.Kind == PayloadKind.Raw && payload.Bytes.Length <= PayloadRef.MaxInlineBytes)
            payload = payload with { Bytes = payload.Bytes.ToArray() };
        _written = link.SendItem(sequence, ++_sent, payload);
    }
}
