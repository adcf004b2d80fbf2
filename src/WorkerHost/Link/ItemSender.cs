using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Link;

/// <summary>Sends the items of a task that streams.</summary>
internal sealed class ItemSender(CoordinatorLink link, int sequence, int credit, PayloadFormat format) : ItemSink(credit)
{
    private int _sent;

    protected override void Write<T>(T item)
    {
        Payload payload = format.Write(item, "item").Within(link.MaxMessageBytes, "item");
        // A message is written after this returns, and the task may reuse its array then. A large one has been written.
        if (payload.Kind == PayloadKind.Raw && payload.Bytes.Length <= PayloadRef.MaxInlineBytes)
            payload = payload with { Bytes = payload.Bytes.ToArray() };
        link.SendItem(sequence, ++_sent, payload);
    }
}
