namespace Offloop.Mapping;

/// <summary>One enumeration of a map. It reads the source, submits and waits inside <see cref="MoveNextAsync"/>, and so in the consumer's
/// context. Nothing is read while the consumer is away. Like any enumerator, it is not thread-safe.</summary>
internal sealed class MapRun<TArg, TResult> : IAsyncDisposable
{
    private readonly MapPlan<TArg, TResult> _plan;
    private readonly MapWindow<TArg, TResult> _window;
    private readonly SubmitOptions _item;
    private readonly int _bufferSize;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationTokenSource _reading;
    private readonly IAsyncEnumerator<TArg> _source;
    private Task<bool>? _read;
    private long _count;
    private bool _isAtEnd;

    public MapRun(MapPlan<TArg, TResult> plan, CancellationToken cancellationToken)
    {
        (_plan, _cancellationToken, _bufferSize) = (plan, cancellationToken, plan.BufferSize);
        _item = plan.Options.Item ?? SubmitOptions.Default;
        _window = new MapWindow<TArg, TResult>(plan.Scheduler, plan.Options.Ordered);
        _reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            _source = plan.OpenSource(_reading.Token);
        }
        catch
        {
            _reading.Dispose();
            throw;
        }
        _registration = cancellationToken.UnsafeRegister(static window => ((MapWindow<TArg, TResult>)window!).Cancel(), _window);
    }

    /// <summary>Waits until an item can be taken; false if the map is at its end. Throws what the source throws.</summary>
    public async ValueTask<bool> MoveNextAsync()
    {
        // One item is read for each item that is taken. More are read only while there is nothing to take.
        bool hasRead = false;
        while (true)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (_read is { IsCompleted: true } read)
            {
                _read = null;
                Accept(await read.ConfigureAwait(true));
                hasRead = true;
            }
            bool isReady = _window.IsReady;
            if (_read is null && !_isAtEnd && _window.Count < _bufferSize && !(isReady && hasRead))
            {
                hasRead |= TryReadAtOnce();
                continue;
            }
            if (isReady)
                return true;
            if (_isAtEnd && _window.Count == 0)
                return false;
            Task ready = _window.WaitAsync();
            await (_read is null ? ready : Task.WhenAny(ready, _read)).ConfigureAwait(true);
        }
    }

    /// <summary>Takes the item that <see cref="MoveNextAsync"/> has found.</summary>
    public MapItem<TArg, TResult> Take() => _window.Take();

    /// <summary>Cancels the items that are under way, waits until they have ended, and closes the source.</summary>
    public async ValueTask DisposeAsync()
    {
        _registration.Unregister();
        await _window.CloseAsync().ConfigureAwait(true);
        try
        {
            await EndReadAsync().ConfigureAwait(true);
        }
        finally
        {
            await _source.DisposeAsync().ConfigureAwait(true);
            _reading.Dispose();
        }
    }

    /// <summary>Begins to read an item; true if the read completed at once.</summary>
    private bool TryReadAtOnce()
    {
        ValueTask<bool> read = _source.MoveNextAsync();
        if (!read.IsCompletedSuccessfully)
        {
            _read = read.AsTask();
            return false;
        }
        Accept(read.Result);
        return true;
    }

    private void Accept(bool hasItem)
    {
        if (hasItem)
            Submit(_source.Current);
        else
            _isAtEnd = true;
    }

    private void Submit(TArg argument)
    {
        long id = _plan.Scheduler.NextId();
        var item = new MapItem<TArg, TResult>(_plan, _window, id, _count++, argument, _item)
        {
            Owner = _plan.Owner,
            ChunkSize = _plan.Options.ChunkSize,
            Progress = _item.Progress?.Open(_plan.Request.Method.Format, _plan.Scheduler.Options.Logger, id),
        };
        _window.Add(item);
        try
        {
            _plan.Request.Method.Format.RequireDeclared(argument, nameof(argument));
        }
        catch (ArgumentException error)
        {
            _plan.Scheduler.Reject(item, error); // only this item is at fault, so the map goes on
            return;
        }
        _plan.Scheduler.Submit(item);
    }

    /// <summary>Ends a read that is under way, because a source must not be closed while it reads. Nobody wants the result.</summary>
    private async Task EndReadAsync()
    {
        if (_read is null)
            return;
        await _reading.CancelAsync().ConfigureAwait(true);
        await ((Task)_read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
