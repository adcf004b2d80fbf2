namespace Offloop.Hosting.Life;

/// <summary>An executor of the host. The container disposes it at the end of the host, after its lifetime has shut it down.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Executor">The executor.</param>
/// <param name="QueueCapacity">How many tasks may wait; null for no limit.</param>
internal sealed record ExecutorHolder(string Name, Executor Executor, int? QueueCapacity) : IAsyncDisposable
{
    /// <summary>Whether the host waits for its first worker.</summary>
    public bool IsWarmedUp { get; init; } = true;

    public ValueTask DisposeAsync() => Executor.DisposeAsync();
}
