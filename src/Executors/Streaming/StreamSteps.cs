using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Streaming;

/// <summary>A stream that runs on its consumer's thread. It runs as far as the next item each time the consumer asks for one, and stands
/// still in between. Not thread-safe.</summary>
/// <param name="open">Calls the task's method.</param>
/// <param name="run">The task's context, and how it passes payloads.</param>
/// <param name="end">Takes the task's outcome; called once.</param>
internal sealed class StreamSteps<TItem>(Func<IEnumerator<TItem>> open, LocalRun run, Action<Outcome> end)
{
    private IEnumerator<TItem>? _items;
    private bool _hasEnded;

    /// <summary>Runs the task as far as its next item; false if it has ended, in whatever way.</summary>
    public bool TryMoveNext(out TItem item)
    {
        item = default!;
        if (_hasEnded)
            return false;
        SynchronizationContext? ambient = SynchronizationContext.Current;
        try
        {
            // As in every task: an await inside must not come back to the loop that this call blocks.
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

    /// <summary>Ends the task, because the consumer wants no more items. It does nothing if the task has ended.</summary>
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
        catch (Exception error) // the clean-up is the task's code, so its exception is the task's outcome
        {
            outcome = new Outcome.Thrown(error);
        }
        end(outcome);
    }
}
