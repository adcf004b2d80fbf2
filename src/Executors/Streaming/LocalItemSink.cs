using System.Runtime.CompilerServices;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Streaming;

/// <summary>Passes items to a consumer in this process: as references, or as another process would get them if
/// <paramref name="roundTrip"/> is set.</summary>
internal sealed class LocalItemSink<TItem>(StreamInbox<TItem> inbox, PayloadFormat? roundTrip) : ItemSink(Window)
{
    protected override void Write<T>(T item)
    {
        T given = roundTrip is null ? item : roundTrip.RoundTrip(item, "item");
        inbox.Post(Unsafe.As<T, TItem>(ref given)); // they are the same type
    }
}
