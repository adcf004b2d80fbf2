namespace Offloop;

/// <summary>A map that <c>MapAsync</c> has prepared. Enumerate it for the results, or enumerate <see cref="Outcomes"/> to go on when items
/// fail. Nothing happens before an enumeration begins, and each enumeration runs everything again. Immutable and thread-safe.</summary>
/// <typeparam name="TResult">The type of a result.</typeparam>
public sealed class TaskMap<TResult> : IAsyncEnumerable<TResult>
{
    private readonly IAsyncEnumerable<TResult> _results;

    internal TaskMap(IAsyncEnumerable<TResult> results, IAsyncEnumerable<TaskOutcome<TResult>> outcomes) =>
        (_results, Outcomes) = (results, outcomes);

    /// <summary>The outcomes of the same map. An item that fails is an outcome like the others, and the enumeration goes on. It ends early
    /// only if the source throws, if it is cancelled, or if the executor takes no more tasks.</summary>
    /// <value>One outcome for each item. An enumeration that ends early, for whatever reason, first cancels the items under way, waits for
    /// them, and closes the source.</value>
    /// <exception cref="ObjectDisposedException">From the enumeration: the executor was shut down.</exception>
    /// <exception cref="OperationCanceledException">From the enumeration: it was cancelled.</exception>
    /// <exception cref="BrokenExecutorException">From the enumeration: the executor cannot start workers.</exception>
    public IAsyncEnumerable<TaskOutcome<TResult>> Outcomes { get; }

    /// <summary>Begins an enumeration of the results. An item that fails throws its exception and ends the enumeration.</summary>
    /// <param name="cancellationToken">Cancels the items under way and ends the enumeration, like the token given to
    /// <c>MapAsync</c>.</param>
    public IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _results.GetAsyncEnumerator(cancellationToken);
}
