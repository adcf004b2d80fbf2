using Offloop.Scheduling;

namespace Offloop.Mapping;

/// <summary>The items of a map that are under way: those that the executor has, and those that wait for the consumer. One thread at a time
/// adds and takes items. Any thread may report that an item is done.</summary>
internal sealed class MapWindow<TArg, TResult>(Scheduler scheduler, bool ordered)
{
    private readonly Lock _lock = new();
    private readonly HashSet<MapItem<TArg, TResult>> _running = [];

    /// <summary>The items in the order in which the consumer takes them. An ordered map lists every item from the start. An unordered one
    /// lists only the items that are done.</summary>
    private readonly Queue<MapItem<TArg, TResult>> _line = new();

    private TaskCompletionSource? _ready;
    private TaskCompletionSource? _idle;
    private bool _isCancelled;

    /// <summary>How many items are under way.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return ordered ? _line.Count : _line.Count + _running.Count;
        }
    }

    /// <summary>Whether the consumer can take an item.</summary>
    public bool IsReady
    {
        get
        {
            lock (_lock)
                return IsFirstDone;
        }
    }

    private bool IsFirstDone => _line.TryPeek(out MapItem<TArg, TResult>? first) && first.IsDone;

    public void Add(MapItem<TArg, TResult> item)
    {
        lock (_lock)
        {
            _running.Add(item);
            if (ordered)
                _line.Enqueue(item);
        }
    }

    /// <summary>Reports that the outcome of an item is known.</summary>
    public void Done(MapItem<TArg, TResult> item)
    {
        TaskCompletionSource? ready = null;
        TaskCompletionSource? idle;
        lock (_lock)
        {
            item.IsDone = true;
            _running.Remove(item);
            if (!ordered)
                _line.Enqueue(item);
            if (IsFirstDone)
                (ready, _ready) = (_ready, null);
            idle = _running.Count == 0 ? _idle : null;
        }
        ready?.TrySetResult();
        idle?.TrySetResult();
    }

    /// <summary>Takes the next item. Called only after <see cref="IsReady"/> was true.</summary>
    public MapItem<TArg, TResult> Take()
    {
        lock (_lock)
            return _line.Dequeue();
    }

    /// <summary>Completes when an item can be taken or the map is cancelled.</summary>
    public Task WaitAsync()
    {
        lock (_lock)
        {
            return IsFirstDone || _isCancelled
                ? Task.CompletedTask
                : (_ready ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Cancels all items that are not done. Idempotent.</summary>
    public void Cancel()
    {
        TaskCompletionSource? ready;
        MapItem<TArg, TResult>[] running;
        lock (_lock)
        {
            _isCancelled = true;
            (ready, _ready) = (_ready, null);
            running = [.. _running];
        }
        foreach (MapItem<TArg, TResult> item in running)
            scheduler.Cancel(item);
        ready?.TrySetResult();
    }

    /// <summary>Cancels all items that are not done. Completes when they are done.</summary>
    public Task CloseAsync()
    {
        Cancel();
        lock (_lock)
        {
            return _running.Count == 0
                ? Task.CompletedTask
                : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
