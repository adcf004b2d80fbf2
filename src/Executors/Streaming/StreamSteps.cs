using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Streaming;

/// <summary>A stream that runs on its consumer's thread: as far as the next item each time that the consumer asks, and not meanwhile.</summary>
/// <param name="open">Calls the task's method.</param>
/// <param name="run">The task's context, and how it passes payloads.</param>
/// <param name="end">Takes how the task ended; called once.</param>
internal sealed class StreamSteps<TItem>(Func<IEnumerator<TItem>> open, LocalRun run, Action<Outcome> end)
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
            run.Context.CancellationToken.ThrowIfCancellationRequested();
            _items ??= open();
            if (_items.MoveNext())
            {
                item = run.RoundTrip is null ? _items.Current : run.RoundTrip.RoundTrip(_items.Current, "item");
                return true;
            }
            End(new Outcome.Result<Unit>(default));
        }
        catch (PayloadException error)
        {
            End(TaskItem.Refused(error, run.Facts, TaskPhase.Running));
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
