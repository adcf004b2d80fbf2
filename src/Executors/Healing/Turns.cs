using System.Threading.Channels;

namespace Offloop.Healing;

/// <summary>Takes a turn after each call of <see cref="Wake"/>, one turn at a time. Calls that come before a turn has begun share it.
/// Thread-safe.</summary>
internal sealed class Turns
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Takes turns until the token is cancelled, and ends when the last one has ended.</summary>
    public async Task TakeAsync(Action turn, CancellationToken cancellationToken)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                _wake.Reader.TryRead(out _);
                turn();
            }
        }
        catch (OperationCanceledException)
        {
            // no more turns
        }
    }

    /// <summary>Asks for a turn.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);
}
