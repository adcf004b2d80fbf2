using System.Threading.Channels;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Streaming;

/// <summary>The items of one stream that have come and that the consumer has not taken.</summary>
internal abstract class StreamInbox
{
    /// <summary>What the worker may send.</summary>
    public Allowance Allowance { get; } = new(ItemSink.Window);

    /// <summary>Tells the sender how many more items it may send.</summary>
    protected Action<int> Grant { get; private set; } = static _ => { };

    /// <summary>The task is sent to a worker.</summary>
    public void Restart(Action<int> grant)
    {
        Allowance.Restart();
        Grant = count =>
        {
            Allowance.Grant(count);
            grant(count);
        };
    }

    /// <summary>The task runs in this process.</summary>
    public ItemSink OpenLocally(PayloadFormat? roundTrip)
    {
        ItemSink sink = NewSink(roundTrip);
        Grant = sink.Grant;
        return sink;
    }

    /// <summary>Takes an item that a worker has sent, and that may still be on its way.</summary>
    public abstract void Post(Task<Payload> item);

    protected abstract ItemSink NewSink(PayloadFormat? roundTrip);
}

/// <inheritdoc/>
internal sealed class StreamInbox<TItem>(PayloadFormat format) : StreamInbox
{
    private readonly Channel<(TItem Value, Task<Payload>? Remote)> _items =
        Channel.CreateUnbounded<(TItem, Task<Payload>?)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private int _taken;

    public void Post(TItem item) => _items.Writer.TryWrite((item, null));

    public override void Post(Task<Payload> item) => _items.Writer.TryWrite((default!, item));

    /// <summary>Nothing more will come.</summary>
    public void Close() => _items.Writer.TryComplete();

    /// <summary>Whether an item has come; waits until that is known.</summary>
    public ValueTask<bool> WaitAsync() => _items.Reader.WaitToReadAsync();

    /// <summary>Takes the item that <see cref="WaitAsync"/> has seen. Throws <see cref="PayloadException"/> when it cannot be read, and
    /// <see cref="IOException"/> when its worker died before it had come whole.</summary>
    public async ValueTask<TItem> TakeAsync()
    {
        _items.Reader.TryRead(out (TItem Value, Task<Payload>? Remote) item);
        if (++_taken % (ItemSink.Window / 2) == 0)
            Grant(ItemSink.Window / 2);
        return item.Remote is null ? item.Value : format.Read<TItem>(await item.Remote.ConfigureAwait(false), "item");
    }

    protected override ItemSink NewSink(PayloadFormat? roundTrip) => new LocalItemSink<TItem>(this, roundTrip);
}
