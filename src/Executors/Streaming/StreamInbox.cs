using System.Threading.Channels;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Tasks;

namespace Offloop.Streaming;

/// <summary>The items of one stream that have come and that the consumer has not taken. Each item is read when it comes, so the task fails
/// if one cannot be read. Any thread may post; one consumer takes.</summary>
internal sealed class StreamInbox<TItem>(PayloadFormat format) : ItemInbox
{
    private readonly Channel<(TItem Value, Task<TItem>? Coming)> _items =
        Channel.CreateUnbounded<(TItem, Task<TItem>?)>(new UnboundedChannelOptions { SingleReader = true });

    private int _taken;

    public void Post(TItem item) => _items.Writer.TryWrite((item, null));

    public override Task PostAsync(Task<Payload> item, Action<PayloadException> unreadable)
    {
        Task<TItem> read = ReadAsync(item, unreadable);
        _items.Writer.TryWrite(read.IsCompletedSuccessfully ? (read.Result, null) : (default!, read));
        return read.ContinueWith(
            static read => _ = read.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Says that no more items will come.</summary>
    public void Close() => _items.Writer.TryComplete();

    /// <summary>Waits for the next item and takes it; false if no more will come. The task's outcome says why.</summary>
    public async ValueTask<(bool HasItem, TItem Item)> TakeAsync()
    {
        if (!await _items.Reader.WaitToReadAsync().ConfigureAwait(false))
            return (false, default!);
        _items.Reader.TryRead(out (TItem Value, Task<TItem>? Coming) item);
        try
        {
            TItem value = item.Coming is null ? item.Value : await item.Coming.ConfigureAwait(false);
            if (++_taken % (ItemSink.Window / 2) == 0)
                Grant(ItemSink.Window / 2);
            return (true, value);
        }
        catch (Exception error) when (error is IOException or PayloadException)
        {
            return (false, default!); // its worker died or it cannot be read, and the outcome says so
        }
    }

    protected override ItemSink NewSink(PayloadFormat? roundTrip) => new LocalItemSink<TItem>(this, roundTrip);

    private async Task<TItem> ReadAsync(Task<Payload> item, Action<PayloadException> unreadable)
    {
        Payload payload = await item.ConfigureAwait(false);
        try
        {
            return format.Read<TItem>(payload, "item");
        }
        catch (PayloadException error)
        {
            unreadable(error);
            throw;
        }
    }
}
