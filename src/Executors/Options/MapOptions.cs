namespace Offloop;

/// <summary>The settings of a map. Immutable and thread-safe; each property validates its value when it is set.</summary>
public sealed record MapOptions
{
    /// <summary>Whether results come in the order of the source. Otherwise they come as they are done, and a slow item delays no other.
    /// </summary>
    /// <value>The default is true.</value>
    public bool Ordered { get; init; } = true;

    /// <summary>The most items that may be under way: read from the source, and their results not yet taken. The source is never read
    /// further ahead, so a slow consumer slows the source down, and memory use does not depend on the length of the source.</summary>
    /// <value>1 or more. The default, null, is 256 for each worker the executor may have, or twice <see cref="ChunkSize"/> if that is more.
    /// If the executor's <see cref="QueueFullMode"/> is Reject, it is at most the capacity of the queue.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? BufferSize { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>The most items that travel to a worker process together. It affects speed only: each item has its own timeout and outcome,
    /// and items behind a slow one are sent to another worker. Executors without worker processes ignore it.</summary>
    /// <value>1 or more; values above 128 count as 128. The default, null, adapts to the items: short ones travel together, long ones
    /// alone.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? ChunkSize { get; init => field = value is { } given ? Check.Positive(given) : null; }

    /// <summary>The options of each item: timeout, priority, retries, name and progress. Items may call their progress receiver
    /// concurrently.</summary>
    /// <value>The default, null, uses the executor's defaults.</value>
    public SubmitOptions? Item { get; init; }

    internal static MapOptions Default { get; } = new();
}
