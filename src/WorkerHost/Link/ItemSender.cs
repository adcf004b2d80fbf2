using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Link;

/// <summary>Sends the items of a streaming task.</summary>
internal sealed class ItemSender(CoordinatorLink link, int sequence, int credit, PayloadFormat format) : ItemSink(credit)
{
    private int _sent;

    protected override void Write<T>(T item)
    {
        Payload payload = format.Write(item, "item").Within(link.MaxMessageBytes, "item");
        // A small item is written after this returns, when the task may already reuse its array. A large one has been written by then.
        if (payload.Kind == PayloadKind.Raw && payload.Bytes.Length <= PayloadRef.MaxInlineBytes)
            payload = payload with { Bytes = payload.Bytes.ToArray() };
        link.SendItem(sequence, ++_sent, payload);
    }
}
