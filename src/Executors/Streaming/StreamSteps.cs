using Offloop.Payloads;
using Offloop.Scheduling;

namespace Offloop.Streaming;

/// <summary>A stream that runs on its consumer's thread: as far as the next item each time that the consumer asks, and not meanwhile.</summary>
/// <param name="open">Calls the task's method.</param>
/// <param name="context">The task's context.</param>
/// <param name="roundTrip">The format in which items are round-tripped, or null.</param>
/// <param name="refuse">The outcome where a payload cannot be written or read.</param>
/// <param name="end">Takes how the task ended; called once.</param>
internal sealed class StreamSteps<TItem>(Func<IEnumerator<TItem>> open, TaskContext context, PayloadFormat? roundTrip, Func<PayloadException, Outcome> refuse, Action<Outcome> end)
{
    private IEnumerator<TItem>? _items;
    private bool _hasEnded;

    /// <summary>Runs the task as far as its next item; false when it has ended, in whatever way.</summary>
    public bool TryMoveNext(out TItem item)
    {
        item = default!;
        if (_hasEnded)
            return false;
        SynchronizationContext? ambient = SynchronizationContext.Current;
        try
        {
            // As in every task: what awaits inside must not come back to the loop that this call blocks.
            SynchronizationContext.SetSynchronizationContext(null);
            context.CancellationToken.ThrowIfCancellationRequested();
            _items ??= open();
            if (_items.MoveNext())
            {
                item = roundTrip is null ? _items.Current : roundTrip.RoundTrip(_items.Current, "item");
                return true;
            }
            End(new Outcome.Result<Unit>(default));
        }
        catch (PayloadException error)
        {
            End(refuse(error));
        }
        catch (Exception error) // a task may throw anything, and all of it is its outcome
        {
            End(new Outcome.Thrown(error));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(ambient);
        }
        return false;
    }

    /// <summary>The consumer wants no more.</summary>
    public void Abandon()
    {
        if (!_hasEnded)
            End(new Outcome.Thrown(new OperationCanceledException()));
    }

    private void End(Outcome outcome)
    {
        _hasEnded = true;
        try
        {
            _items?.Dispose();
        }
        catch (Exception error) // the task's own clean-up, so its outcome too
        {
            outcome = new Outcome.Thrown(error);
        }
        end(outcome);
    }
}
