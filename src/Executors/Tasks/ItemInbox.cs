using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Tasks;

/// <summary>Takes in the items of a task that streams.</summary>
internal abstract class ItemInbox
{
    /// <summary>Limits how many items a worker may send.</summary>
    public Allowance Allowance { get; } = new(ItemSink.Window);

    /// <summary>Tells the sender how many more items it may send.</summary>
    protected Action<int> Grant { get; private set; } = static _ => { };

    /// <summary>Prepares for a run of the task in a worker.</summary>
    /// <param name="grant">Tells the worker how many more items it may send.</param>
    public void Restart(Action<int> grant)
    {
        Allowance.Restart();
        Grant = count =>
        {
            Allowance.Grant(count);
            grant(count);
        };
    }

    /// <summary>Prepares for a run of the task in this process, and returns the sink for its items.</summary>
    public ItemSink OpenLocally(PayloadFormat? roundTrip)
    {
        ItemSink sink = NewSink(roundTrip);
        Grant = sink.Grant;
        return sink;
    }

    /// <summary>Takes an item that a worker has sent and that may still be on its way. Completes, without an error, when the item has been
    /// read or has failed.</summary>
    /// <param name="item">The item. It fails with <see cref="IOException"/> if its worker dies before all of it has come.</param>
    /// <param name="unreadable">Called if the item cannot be read. It ends the task, which closes the inbox.</param>
    public abstract Task PostAsync(Task<Payload> item, Action<PayloadException> unreadable);

    protected abstract ItemSink NewSink(PayloadFormat? roundTrip);
}
