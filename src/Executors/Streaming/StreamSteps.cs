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
    private TItem _next = default!;
    private Action? _step;
    private Outcome? _outcome;
    private bool _hasEnded;

    /// <summary>Runs the task as far as its next item; false if it has ended, in whatever way.</summary>
    public bool TryMoveNext(out TItem item)
    {
        item = default!;
        if (_hasEnded)
            return false;
        run.Scope.Run(_step ??= Step);
        if (_outcome is not null)
        {
            End();
            return false;
        }
        (item, _next) = (_next, default!);
        return true;
    }

    /// <summary>Ends the task, because the consumer wants no more items. It does nothing if the task has ended.</summary>
    public void Abandon()
    {
        if (_hasEnded)
            return;
        run.Scope.Run(() => CleanUp(new Outcome.Thrown(new OperationCanceledException())));
        End();
    }

    /// <summary>Finds the next item, or the outcome.</summary>
    private void Step()
    {
        try
        {
            run.Context.CancellationToken.ThrowIfCancellationRequested();
            _items ??= open();
            if (_items.MoveNext())
                _next = run.RoundTrip is null ? _items.Current : run.RoundTrip.RoundTrip(_items.Current, "item");
            else
                CleanUp(new Outcome.Result<Unit>(default));
        }
        catch (PayloadException error)
        {
            CleanUp(TaskItem.Refused(error, run.Facts, TaskPhase.Running));
        }
        catch (Exception error) // a task may throw anything, and all of it is its outcome
        {
            CleanUp(new Outcome.Thrown(error));
        }
    }

    private void CleanUp(Outcome outcome)
    {
        _outcome = outcome;
        try
        {
            _items?.Dispose();
        }
        catch (Exception error) // the clean-up is the task's code, so its exception is the task's outcome
        {
            _outcome = new Outcome.Thrown(error);
        }
    }

    private void End()
    {
        _hasEnded = true;
        run.Scope.End(_outcome!.Error);
        end(_outcome!);
    }
}
