using System.Runtime.CompilerServices;
using Offloop.Scheduling;

namespace Offloop.Streaming;

/// <summary>A stream that has been checked and has not begun. Each enumeration is a separate task. Immutable.</summary>
internal sealed record StreamPlan<TArg, TItem>
{
    /// <summary>The executor. A plan keeps it alive, and so does each task of the plan.</summary>
    public required object Owner { get; init; }

    public required Scheduler Scheduler { get; init; }

    public required StreamRequest<TArg, TItem> Request { get; init; }

    public required TArg Argument { get; init; }

    public required SubmitOptions Options { get; init; }

    public async IAsyncEnumerable<TItem> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        StreamTask<TArg, TItem> task = Submit(ending.Token);
        try
        {
            while (await task.MoveNextAsync().ConfigureAwait(false))
            {
                yield return task.Take();
                cancellationToken.ThrowIfCancellationRequested();
            }
            await ThrowFailureAsync(task.Task, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!task.Task.IsCompleted)
                await EndAsync(task, ending).ConfigureAwait(false);
        }
    }

    private StreamTask<TArg, TItem> Submit(CancellationToken cancellationToken)
    {
        long id = Scheduler.NextId();
        var item = new StreamTask<TArg, TItem>(Request, id, Argument, Options, cancellationToken)
        {
            Owner = Owner,
            Progress = Options.Progress?.Open(Request.Method.Format, Scheduler.Options.Logger, id),
        };
        Scheduler.Submit(item);
        return item;
    }

    /// <summary>Throws the task's exception, if it has one. If the caller has cancelled, the exception carries the caller's
    /// token.</summary>
    private static async Task ThrowFailureAsync(Task task, CancellationToken cancellationToken)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Cancels the task and waits until it has ended, because the consumer leaves early.</summary>
    private static async Task EndAsync(StreamTask<TArg, TItem> task, CancellationTokenSource ending)
    {
        ending.Cancel(); // not CancelAsync: a stream that runs on this thread is cleaned up on it too
        task.Abandon();
        await ((Task)task.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
