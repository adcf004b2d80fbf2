namespace Offloop.Invocation;

/// <summary>Takes the items of a streaming task. It makes the task wait while the consumer's credit is used up.</summary>
internal abstract class ItemSink(int credit)
{
    /// <summary>How many items may be under way: yielded by the task and not yet taken by the consumer.</summary>
    public const int Window = 16;

    // Never disposed: nothing asks for its wait handle, so it has nothing to release.
    private readonly SemaphoreSlim _credit = new(credit);

    /// <summary>Allows <paramref name="count"/> more items to be sent.</summary>
    public void Grant(int count) => _credit.Release(count);

    /// <summary>Blocks until the item may be sent. Throws <see cref="OperationCanceledException"/> once nobody wants it any more.</summary>
    public void Send<T>(T item, CancellationToken cancellationToken)
    {
        _credit.Wait(cancellationToken);
        Write(item);
    }

    protected abstract void Write<T>(T item);
}
