namespace Offloop.Invocation;

/// <summary>Where a task that streams puts its items. It waits while as many are under way as the consumer has allowed.</summary>
internal abstract class ItemSink(int credit)
{
    /// <summary>How many items may be under way: yielded by the task and not taken by the consumer.</summary>
    public const int Window = 16;

    // Never disposed: nothing asks for its wait handle, so it has nothing to release.
    private readonly SemaphoreSlim _credit = new(credit);

    /// <summary>So many more items may be sent.</summary>
    public void Grant(int count) => _credit.Release(count);

    /// <summary>Blocks until the item may go. Throws <see cref="OperationCanceledException"/> when nobody wants it any more.</summary>
    public void Send<T>(T item, CancellationToken cancellationToken)
    {
        _credit.Wait(cancellationToken);
        Write(item);
    }

    protected abstract void Write<T>(T item);
}
