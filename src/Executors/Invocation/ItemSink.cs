namespace Offloop.Invocation;

/// <summary>Takes the items of a task that streams. It blocks the task while as many items are under way as the consumer allows.</summary>
/// <param name="credit">How many items may be sent at first.</param>
internal abstract class ItemSink(int credit)
{
    /// <summary>How many items may be under way: the task has yielded them, and the consumer has not taken them.</summary>
    public const int Window = 16;

    // It is never disposed: nobody asks for its wait handle, so it has nothing to release.
    private readonly SemaphoreSlim _credit = new(credit);

    /// <summary>Allows <paramref name="count"/> more items. Any thread may call it.</summary>
    public void Grant(int count) => _credit.Release(count);

    /// <summary>Sends an item, and blocks until it may go. Throws <see cref="OperationCanceledException"/> if the token is cancelled
    /// first.</summary>
    public void Send<T>(T item, CancellationToken cancellationToken)
    {
        _credit.Wait(cancellationToken);
        Write(item);
    }

    protected abstract void Write<T>(T item);
}
