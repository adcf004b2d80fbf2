using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Tasks;

/// <summary>Where the items of a task that streams come in.</summary>
internal abstract class ItemInbox
{
    /// <summary>How many items a worker may send.</summary>
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

    /// <summary>Takes an item that a worker has sent, and that may still be on its way. Done, without an error, when it has been read.</summary>
    /// <param name="item">The item; it fails with <see cref="IOException"/> if its worker dies before it has come whole.</param>
    /// <param name="unreadable">Called if it cannot be read; the inbox is closed then.</param>
    public abstract Task PostAsync(Task<Payload> item, Action<PayloadException> unreadable);

    protected abstract ItemSink NewSink(PayloadFormat? roundTrip);
}
