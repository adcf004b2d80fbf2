using Offloop.Payloads;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Streaming;

/// <summary>A task whose caller takes its items while it runs, together with the consumer's end of the stream. One consumer at a time
/// takes items.</summary>
internal sealed class StreamTask<TArg, TItem> : SubmittedTask<TArg, Unit>
{
    private readonly StreamInbox<TItem> _inbox;
    private readonly StreamRequest<TArg, TItem> _request;
    private readonly TArg _argument;
    private StreamSteps<TItem>? _steps;
    private TItem _current = default!;

    public StreamTask(
        StreamRequest<TArg, TItem> request, long id, TArg argument, SubmitOptions options, CancellationToken cancellationToken)
        : base(request.ToCall(), id, argument, options, cancellationToken)
    {
        (_request, _argument) = (request, argument);
        Items = _inbox = new StreamInbox<TItem>(request.Method.Format);
        _ = Task.ContinueWith(
            static (_, inbox) => ((StreamInbox<TItem>)inbox!).Close(),
            _inbox, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public override bool TryBeginSteps(LocalRun run, Action<Outcome> end)
    {
        _steps = new StreamSteps<TItem>(Open, run, end);
        return true;

        IEnumerator<TItem> Open() => _request.Form(
            _request.Work, run.RoundTrip is null ? _argument : run.RoundTrip.RoundTrip(_argument, "argument"), run.Context);
    }

    /// <summary>Waits until an item can be taken; false if the task has ended, in whatever way.</summary>
    public async ValueTask<bool> MoveNextAsync()
    {
        if (_steps is not null)
            return !Task.IsCompleted && _steps.TryMoveNext(out _current);
        (bool hasItem, _current) = await _inbox.TakeAsync().ConfigureAwait(false);
        return hasItem;
    }

    /// <summary>Takes the item that <see cref="MoveNextAsync"/> has found, and lets go of it.</summary>
    public TItem Take()
    {
        TItem item = _current;
        _current = default!;
        return item;
    }

    /// <summary>Ends the part of the task that runs on the consumer's thread, because the consumer takes no more items.</summary>
    public void Abandon() => _steps?.Abandon();
}
