using System.Runtime.CompilerServices;
using Offloop.Scheduling;

namespace Offloop.Streaming;

/// <summary>A stream that was checked and has not begun: each enumeration of it is a task of its own.</summary>
internal sealed record StreamPlan<TArg, TItem>
{
    /// <summary>The executor: a plan keeps it alive, and so does each of its tasks.</summary>
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

    /// <summary>Throws what the task ended with. A cancellation is the caller's own, and so has the caller's token.</summary>
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

    /// <summary>The consumer is leaving early: the task is cancelled, as every task is, and its end awaited.</summary>
    private static async Task EndAsync(StreamTask<TArg, TItem> task, CancellationTokenSource ending)
    {
        ending.Cancel(); // here, so that a stream which runs on this thread is also cleaned up on it
        task.Abandon();
        await ((Task)task.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
