namespace Offloop.Mapping;

/// <summary>A plain enumerator behind the interface of an asynchronous one. It reads on the calling thread and owns the
/// enumerator.</summary>
internal sealed class SyncSource<T>(IEnumerator<T> source) : IAsyncEnumerator<T>
{
    public T Current => source.Current;

    public ValueTask<bool> MoveNextAsync() => new(source.MoveNext());

    public ValueTask DisposeAsync()
    {
        source.Dispose();
        return ValueTask.CompletedTask;
    }
}
