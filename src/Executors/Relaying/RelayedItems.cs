using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Tasks;

namespace Offloop.Relaying;

/// <summary>Passes the items of a stream on, in their order.</summary>
/// <param name="pass">Takes an item that has come whole.</param>
internal sealed class RelayedItems(Action<Payload> pass) : ItemInbox
{
    private readonly PassingLine _line = new(pass);

    /// <summary>The task may send more items.</summary>
    public void Allow(int count) => Grant(count);

    public override Task PostAsync(Task<Payload> item, Action<PayloadException> unreadable) => _line.Add(item);

    /// <summary>Completes, without an error, when all items have been passed on that have come.</summary>
    public Task CloseAsync() => _line.Add(PassingLine.Nothing);

    protected override ItemSink NewSink(PayloadFormat? roundTrip) => throw new NotSupportedException("No stream is passed on locally.");
}

/// <summary>Passes payloads on in the order in which they were announced, each when it has come whole. A payload that died with its worker
/// is left out. Thread-safe.</summary>
internal sealed class PassingLine(Action<Payload> pass)
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    /// <summary>A payload that is not passed on.</summary>
    public static Task<Payload> Nothing { get; } = Task.FromException<Payload>(new IOException("There is no payload."));

    /// <summary>Completes, without an error, when this payload and all before it have been passed on.</summary>
    public Task Add(Task<Payload> payload)
    {
        lock (_lock)
            return _last = PassAsync(_last, payload);
    }

    private async Task PassAsync(Task before, Task<Payload> payload)
    {
        await before.ConfigureAwait(false);
        try
        {
            pass(await payload.ConfigureAwait(false));
        }
        catch (IOException)
        {
        }
    }
}
