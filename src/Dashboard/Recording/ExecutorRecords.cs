using Offloop.Telemetry;

namespace Offloop.Dashboard.Recording;

/// <summary>A record of each executor of this process, of those that were there and of those that are made later, but for those that are
/// not to be shown. An executor that is closed goes; if it had failures, its record stays for ten minutes, with those of at most fifteen
/// others. One that was collected without being closed goes at once. The dashboard alone keeps it alive, because an application that was
/// never started has no end at which to dispose it. Thread-safe.</summary>
internal sealed class ExecutorRecords : IDisposable
{
    private const int MaxClosed = 16;
    private static readonly TimeSpan s_keepsClosed = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly List<ExecutorRecord> _all = [];
    private readonly Dictionary<ExecutorRecord, TimeSpan> _closed = []; // when it was seen to be, by the dashboard's clock
    private readonly FailureVersion _version = new();
    private readonly Action<ObservedExecutor> _watcher;
    private int _ids;
    private bool _looks;
    private bool _isDisposed;

    public ExecutorRecords() => ObservedExecutors.Watch(_watcher = WatcherOf(new WeakReference<ExecutorRecords>(this)));

    ~ExecutorRecords() => End();

    /// <summary>Another number each time when the failures that there are have changed.</summary>
    public long FailuresVersion => _version.Value;

    /// <summary>The records, the oldest first.</summary>
    public ExecutorRecord[] All()
    {
        using (_lock.EnterScope())
        {
            Prune_NeedsLock();
            return [.. _all];
        }
    }

    /// <summary>The record with this number, or null.</summary>
    public ExecutorRecord? Find(int id) => Array.Find(All(), record => record.Id == id);

    /// <summary>Begins to compute numbers of all executors, or ends it and forgets them.</summary>
    public void Look(bool looks)
    {
        using (_lock.EnterScope())
        {
            _looks = looks;
            _all.ForEach(record => record.Look(looks));
        }
    }

    /// <summary>Hears nothing any more.</summary>
    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private static Action<ObservedExecutor> WatcherOf(WeakReference<ExecutorRecords> records) => observed =>
    {
        if (records.TryGetTarget(out ExecutorRecords? there))
            there.Add(observed);
    };

    private void End()
    {
        ObservedExecutors.Unwatch(_watcher);
        using (_lock.EnterScope())
        {
            _isDisposed = true;
            _all.ForEach(static record => record.End());
            _all.Clear();
        }
    }

    private void Add(ObservedExecutor observed)
    {
        if (!observed.IsShown)
            return;
        using (_lock.EnterScope())
        {
            if (_isDisposed)
                return;
            Prune_NeedsLock();
            var record = new ExecutorRecord(++_ids, observed, _version);
            record.Look(_looks);
            _all.Add(record);
            observed.Events.Listen(record);
        }
    }

    private void Prune_NeedsLock()
    {
        foreach (ExecutorRecord record in _all.Where(static record => record.IsClosed))
            _closed.TryAdd(record, Clock.Now);
        HashSet<ExecutorRecord> kept = [.. _closed
            .Where(static closed => closed.Key.HasFailures && Clock.Now - closed.Value < s_keepsClosed)
            .OrderByDescending(static closed => closed.Value).ThenByDescending(static closed => closed.Key.Id)
            .Take(MaxClosed).Select(static closed => closed.Key)];
        int gone = _all.RemoveAll(record => record.IsClosed ? !kept.Contains(record) : record.IsCollected);
        foreach (ExecutorRecord record in _closed.Keys.Where(record => !kept.Contains(record)).ToArray())
            _closed.Remove(record);
        if (gone > 0)
            _version.Change();
    }
}
