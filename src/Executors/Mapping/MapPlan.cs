using System.Runtime.CompilerServices;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Mapping;

/// <summary>A map that has been checked and has not begun. Each enumeration is a separate run. Immutable.</summary>
internal sealed record MapPlan<TArg, TResult>
{
    /// <summary>The executor. A plan keeps it alive, and so does each task of the plan.</summary>
    public required object Owner { get; init; }

    public required Scheduler Scheduler { get; init; }

    public required TaskRequest<TArg, TResult> Request { get; init; }

    public required MapOptions Options { get; init; }

    /// <summary>Opens the source. The token ends a read that is under way.</summary>
    public required Func<CancellationToken, IAsyncEnumerator<TArg>> OpenSource { get; init; }

    public int BufferSize => Options.BufferSize ?? DefaultBufferSize(Scheduler, Options.ChunkSize);

    // Neither loop keeps an item in a local, because an item that was yielded must be free for collection.

    public async IAsyncEnumerable<TResult> ResultsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new MapRun<TArg, TResult>(this, cancellationToken);
        try
        {
            while (await run.MoveNextAsync().ConfigureAwait(true))
                yield return run.Take().Result;
        }
        finally
        {
            await run.DisposeAsync().ConfigureAwait(true);
        }
    }

    public async IAsyncEnumerable<TaskOutcome<TResult>> OutcomesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new MapRun<TArg, TResult>(this, cancellationToken);
        try
        {
            while (await run.MoveNextAsync().ConfigureAwait(true))
                yield return run.Take().ToOutcome();
        }
        finally
        {
            await run.DisposeAsync().ConfigureAwait(true);
        }
    }

    private static int DefaultBufferSize(Scheduler scheduler, int? chunkSize)
    {
        const int PerWorker = 256;
        long size = (long)scheduler.MaxSlots * Math.Max(PerWorker, 2L * (chunkSize ?? 0));
        int limit = scheduler.Options.QueueFullMode == QueueFullMode.Reject ? scheduler.Options.QueueCapacity : int.MaxValue;
        return (int)Math.Min(size, limit);
    }
}
