using Offloop.Scheduling;

namespace Offloop.Mapping;

/// <summary>The items of a map that are under way: those that are with the executor, and those that wait for the consumer. One thread at a time
/// adds and takes; any may say that an item is done.</summary>
internal sealed class MapWindow<TArg, TResult>(Scheduler scheduler, bool ordered)
{
    private readonly Lock _lock = new();
    private readonly HashSet<MapItem<TArg, TResult>> _running = [];

    /// <summary>What the consumer takes next comes first. Ordered: every item, from when it is added. Unordered: those that are done.</summary>
    private readonly Queue<MapItem<TArg, TResult>> _line = new();

    private TaskCompletionSource? _ready;
    private TaskCompletionSource? _idle;
    private bool _isCancelled;

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

    /// <summary>The outcome of an item is known.</summary>
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

    /// <summary>Takes the item that <see cref="IsReady"/> has seen.</summary>
    public MapItem<TArg, TResult> Take()
    {
        lock (_lock)
            return _line.Dequeue();
    }

    /// <summary>Done when an item can be taken, or when the map was cancelled.</summary>
    public Task WaitAsync()
    {
        lock (_lock)
        {
            return IsFirstDone || _isCancelled
                ? Task.CompletedTask
                : (_ready ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Cancels all items that are not done.</summary>
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

    /// <summary>Cancels all items that are not done, and waits until they are.</summary>
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
