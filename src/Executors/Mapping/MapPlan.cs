using System.Runtime.CompilerServices;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Mapping;

/// <summary>A map that was checked and has not begun: each enumeration of it is a run of its own.</summary>
internal sealed record MapPlan<TArg, TResult>
{
    /// <summary>The executor: a plan keeps it alive, and so does each of its tasks.</summary>
    public required object Owner { get; init; }

    public required Scheduler Scheduler { get; init; }

    public required TaskRequest<TArg, TResult> Request { get; init; }

    public required MapOptions Options { get; init; }

    /// <summary>Begins to read the source; the token ends a read that is under way.</summary>
    public required Func<CancellationToken, IAsyncEnumerator<TArg>> OpenSource { get; init; }

    public int BufferSize => Options.BufferSize ?? DefaultBufferSize(Scheduler, Options.ChunkSize);

    // Neither loop keeps an item in a local: what was yielded must not be held.

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
        long size = (long)scheduler.MaxConcurrency * Math.Max(PerWorker, 2L * (chunkSize ?? 0));
        int limit = scheduler.Options.QueueFullMode == QueueFullMode.Reject ? scheduler.Options.QueueCapacity : int.MaxValue;
        return (int)Math.Min(size, limit);
    }
}
