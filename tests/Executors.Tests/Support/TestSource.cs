using System.Collections;

namespace Offloop.Tests;

/// <summary>A source that shows how it is read: how far, by which threads, and whether it was closed.</summary>
internal sealed class TestSource<T>(Func<int, T> itemAt, int count = int.MaxValue) : IEnumerable<T>, IAsyncEnumerable<T>
{
    private readonly HashSet<int> _threads = [];

    public int ReadCount { get; private set; }

    public int ClosedCount { get; private set; }

    public IReadOnlyCollection<int> Threads => _threads;

    /// <summary>Awaited before each item of the asynchronous source.</summary>
    public Func<int, CancellationToken, Task> BeforeAsync { get; init; } = static (_, _) => Task.CompletedTask;

    public IEnumerator<T> GetEnumerator()
    {
        try
        {
            for (int i = 0; i < count; i++)
                yield return Read(i);
        }
        finally
        {
            ClosedCount++;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                await BeforeAsync(i, cancellationToken);
                yield return Read(i);
            }
        }
        finally
        {
            ClosedCount++;
        }
    }

    private T Read(int index)
    {
        _threads.Add(Environment.CurrentManagedThreadId);
        ReadCount++;
        return itemAt(index);
    }
}

internal static class TestSource
{
    /// <summary>0, 1, 2 … without end, or up to <paramref name="count"/> of them.</summary>
    public static TestSource<int> Numbers(int count = int.MaxValue) => new(static index => index, count);

    /// <summary>Throws instead of an item.</summary>
    public static TestSource<int> NumbersUpTo(int index) => new(i => i < index ? i : throw new FormatException("the source's"));
}
