namespace Offloop.Workers;

/// <summary>Lets a few workers start at a time. Until a worker is ready, its start is a processor's work: with more of them at once than
/// there are processors each takes longer, and the first result of the pool is as late as the last; so the first of all starts alone. A
/// start that has waited for something else for longer than a processor would need gives up its place. Thread-safe.</summary>
/// <param name="places">How many start at a time, after the first.</param>
/// <param name="patience">How long a start may keep its place.</param>
/// <param name="time">Measures that.</param>
internal sealed class StartGate(int places, TimeSpan patience, TimeProvider time)
{
    private readonly SemaphoreSlim _places = new(1);
    private int _morePlaces = places - 1;

    /// <summary>Begins a start when its turn has come, and returns it when it is done. Throws <see cref="OperationCanceledException"/>
    /// where the token is cancelled before its turn.</summary>
    /// <param name="start">The start, which may wait for more after the process is ready.</param>
    /// <param name="ready">Done when the process is ready.</param>
    /// <param name="cancellationToken">Ends the wait for a turn.</param>
    public async Task<T> PassAsync<T>(Func<Task<T>> start, Task ready, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        Task<T> started = start();
        _ = LeaveAsync(started, ready);
        return await started.ConfigureAwait(false);
    }

    private async Task LeaveAsync(Task started, Task ready)
    {
        await Task.WhenAny(started, ready, Task.Delay(patience, time)).ConfigureAwait(false);
        _places.Release(1 + Interlocked.Exchange(ref _morePlaces, 0));
    }
}
