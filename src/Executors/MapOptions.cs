namespace Offloop;

/// <summary>The settings of a map. Immutable and thread-safe; each property validates its value when it is set.</summary>
public sealed record MapOptions
{
    /// <summary>Whether results come in the order of the source; else they come as they are done, and a slow item holds up no other.</summary>
    /// <value>The default is true.</value>
    public bool Ordered { get; init; } = true;

    /// <summary>How many items may be under way: read from the source, and their result not yet taken by the consumer. The source is never read
    /// further ahead, so a slow consumer slows the source, and memory does not grow with the length of the source.</summary>
    /// <value>1 or more. The default, null, is 256 for each worker that the executor may have (or twice <see cref="ChunkSize"/>, if that is more), and
    /// not more than the queue holds where the executor rejects what it cannot hold.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? BufferSize { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>How many items travel to a worker process together, at most; those that wait behind one which takes long go elsewhere all the same. It changes the speed, never the result: each item has its own
    /// timeout and outcome, and the executors that run in this process send nothing.</summary>
    /// <value>1 or more; more than 128 count as 128. The default, null, adapts to how long the items take: many short ones travel together, long ones alone.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? ChunkSize { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>What each item asks for: its timeout, priority, retries, name and progress. Items that share a progress receiver may call it
    /// at the same time.</summary>
    /// <value>The default, null, takes the executor's defaults.</value>
    public SubmitOptions? Item { get; init; }

    internal static MapOptions Default { get; } = new();
}
