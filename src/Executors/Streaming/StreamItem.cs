using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Streaming;

/// <summary>A task whose caller takes its items while it runs, with the consumer's end of it.</summary>
internal sealed class StreamItem<TArg, TItem> : SubmittedItem<TArg, Unit>
{
    private readonly StreamInbox<TItem> _inbox;
    private readonly StreamForm<TArg, TItem> _form;
    private readonly Delegate _work;
    private readonly TArg _argument;
    private StreamSteps<TItem>? _steps;
    private TItem _current = default!;

    public StreamItem(
        long id, MethodEntry method, StreamForm<TArg, TItem> form, Delegate work, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
        : base(id, method, (call, given, context) => Run(form, call, given, context), work, argument, options, cancellationToken)
    {
        (_form, _work, _argument) = (form, work, argument);
        Stream = _inbox = new StreamInbox<TItem>(method.Format);
        _ = Task.ContinueWith(
            static (_, inbox) => ((StreamInbox<TItem>)inbox!).Close(), _inbox, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public override bool TryBeginSteps(TaskContext context, PayloadFormat? roundTrip, Action<Outcome> end)
    {
        _steps = new StreamSteps<TItem>(
            () => _form(_work, roundTrip is null ? _argument : roundTrip.RoundTrip(_argument, "argument"), context), context, roundTrip, error => RefusedPayload(error, TaskPhase.Running), end);
        return true;
    }

    /// <summary>Whether there is an item to take; waits until that is known. False when the task has ended, in whatever way.</summary>
    public async ValueTask<bool> MoveNextAsync()
    {
        if (_steps is not null)
            return !Task.IsCompleted && _steps.TryMoveNext(out _current);
        if (!await _inbox.WaitAsync().ConfigureAwait(false))
            return false;
        try
        {
            _current = await _inbox.TakeAsync().ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false; // the worker died, which is the outcome
        }
        catch (PayloadException error)
        {
            throw ((Outcome.Failed)RefusedPayload(error, TaskPhase.Running)).Exception;
        }
    }

    /// <summary>The item that <see cref="MoveNextAsync"/> has found; it is not held here any longer.</summary>
    public TItem Take()
    {
        TItem item = _current;
        _current = default!;
        return item;
    }

    /// <summary>The consumer takes no more: what the task does on the consumer's thread is ended.</summary>
    public void Abandon() => _steps?.Abandon();

    private static Unit Run(StreamForm<TArg, TItem> form, Delegate work, TArg argument, TaskContext context)
    {
        StreamForms<TArg, TItem>.Run(form, work, argument, context);
        return default;
    }
}
