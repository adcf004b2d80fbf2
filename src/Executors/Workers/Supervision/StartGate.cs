namespace Offloop.Workers;

/// <summary>Lets a few workers start at a time. Until a worker is ready, its start is a processor's work. If more start at once than there
/// are processors, each takes longer, and the first result of the pool is as late as the last. So the first of all starts alone. A start
/// that takes longer than a processor needs for it waits for something else, and gives up its place.
/// <para>While starts fail, one is tried at a time, after the pause that the last failure asked for. Thread-safe.</para></summary>
/// <param name="places">How many start at a time, after the first.</param>
/// <param name="patience">How long a start may keep its place.</param>
/// <param name="time">Measures that.</param>
internal sealed class StartGate(int places, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _places = 1;
    private int _taken;
    private bool _isFailing;
    private int _shut;

    /// <summary>Begins a start when its turn has come, and returns it when it is done. Throws <see cref="OperationCanceledException"/> if
    /// the token is cancelled before its turn.</summary>
    /// <param name="start">The start, which may wait for more after the process is ready.</param>
    /// <param name="ready">Done when the process is ready.</param>
    /// <param name="cancellationToken">Ends the wait for a turn.</param>
    public async Task<T> PassAsync<T>(Func<Task<T>> start, Task ready, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        Task<T> started = start();
        _ = LeaveAsync(started, ready);
        return await started.ConfigureAwait(false);
    }

    /// <summary>A start has failed: one is tried at a time from now on, the next after this pause.</summary>
    public void Shut(TimeSpan pause)
    {
        lock (_lock)
        {
            _isFailing = true;
            _shut++;
        }
        _ = ReopenAsync();

        async Task ReopenAsync()
        {
            await Task.Delay(pause, time).ConfigureAwait(false);
            lock (_lock)
            {
                _shut--;
                Admit_NeedsLock();
            }
        }
    }

    /// <summary>A start has succeeded: as many as there are places may start at a time again.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isFailing = false;
            Admit_NeedsLock();
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource> node;
        lock (_lock)
        {
            node = _waiting.AddLast(turn);
            Admit_NeedsLock();
        }
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(GiveUp, null);
        await turn.Task.ConfigureAwait(false);

        void GiveUp(object? state, CancellationToken token)
        {
            lock (_lock)
            {
                if (node.List is null)
                    return; // its turn has come
                _waiting.Remove(node);
            }
            turn.TrySetCanceled(token);
        }
    }

    private void Admit_NeedsLock()
    {
        while (_shut == 0 && _taken < (_isFailing ? 1 : _places) && _waiting.First is { } next)
        {
            _waiting.Remove(next);
            _taken++;
            next.Value.SetResult();
        }
    }

    private async Task LeaveAsync(Task started, Task ready)
    {
        Task tooLong = Task.Delay(patience, time);
        await Task.WhenAny(started, ready, tooLong).ConfigureAwait(false);
        if (IsFailing()) // a process that is ready may still fail in its initializer
            await Task.WhenAny(started, tooLong).ConfigureAwait(false);
        lock (_lock)
        {
            _taken--;
            _places = places;
            Admit_NeedsLock();
        }
    }

    private bool IsFailing()
    {
        lock (_lock)
            return _isFailing;
    }
}
