namespace Offloop.Mapping;

/// <summary>A plain enumerator behind the interface of the asynchronous one: it reads on the thread that asks.</summary>
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
