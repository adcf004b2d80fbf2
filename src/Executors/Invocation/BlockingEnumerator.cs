using System.Collections;

namespace Offloop.Invocation;

/// <summary>Reads an asynchronous enumerator with blocking calls, so that a stream is read on its task's own thread.</summary>
internal sealed class BlockingEnumerator<T>(IAsyncEnumerator<T> items) : IEnumerator<T>
{
    public T Current => items.Current;

    object? IEnumerator.Current => Current;

    public bool MoveNext()
    {
        ValueTask<bool> next = items.MoveNextAsync();
        return next.IsCompletedSuccessfully ? next.Result : next.AsTask().GetAwaiter().GetResult();
    }

    public void Reset() => throw new NotSupportedException();

    public void Dispose() => items.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
