using System.Collections;

namespace Offloop.Invocation;

/// <summary>Reads an asynchronous enumerator on the thread that asks, which is the task's own.</summary>
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
