using System.Runtime.CompilerServices;

namespace Offloop.Telemetry;

/// <summary>The executors of this process that can be asked what they are doing. It keeps none of them alive. Thread-safe.</summary>
internal static class ObservedExecutors
{
    private static readonly Lock s_lock = new();
    private static readonly ConditionalWeakTable<ObservedExecutor, object?> s_all = [];
    private static Action<ObservedExecutor>[] s_watchers = [];
    private static int s_isPrepared;

    public static IEnumerable<ObservedExecutor> All
    {
        get
        {
            foreach ((ObservedExecutor observed, _) in s_all)
                yield return observed;
        }
    }

    /// <summary>Adds an executor, until it is collected or forgotten.</summary>
    public static void Add(ObservedExecutor observed)
    {
        Action<ObservedExecutor>[] watchers;
        lock (s_lock)
        {
            s_all.Add(observed, null);
            watchers = s_watchers;
        }
        foreach (Action<ObservedExecutor> watcher in watchers)
            watcher(observed);
        // The instruments are made in the background: a pool starts its first worker meanwhile.
        if (Interlocked.Exchange(ref s_isPrepared, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static _ => _ = ExecutorMeter.MeasuresTasks, null);
    }

    /// <summary>Takes an executor out.</summary>
    public static void Forget(ObservedExecutor observed) => s_all.Remove(observed);

    /// <summary>Calls a method for each executor: at once for those that there are, and in the constructor of each that is made later. It
    /// must not throw.</summary>
    public static void Watch(Action<ObservedExecutor> watcher)
    {
        ObservedExecutor[] present;
        lock (s_lock)
        {
            s_watchers = [.. s_watchers, watcher];
            present = [.. All];
        }
        Array.ForEach(present, watcher);
    }

    /// <summary>Ends a <see cref="Watch"/>; a call may be under way still.</summary>
    public static void Unwatch(Action<ObservedExecutor> watcher)
    {
        lock (s_lock)
            s_watchers = [.. s_watchers.Where(other => other != watcher)];
    }
}

/// <summary>An executor that can be asked what it is doing. The executor keeps this alive, and this does not keep the executor
/// alive.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">Its kind.</param>
/// <param name="control">The executor itself, which is not kept alive.</param>
internal sealed class ObservedExecutor(string name, string kind, IExecutorControl control)
{
    private readonly WeakReference<IExecutorControl> _control = new(control);

    public string Name => name;

    public string Kind => kind;

    /// <summary>Takes a snapshot. It must not keep the executor alive.</summary>
    public required Func<ExecutorSnapshot> Snapshot { get; init; }

    /// <summary>Tells what happens in it.</summary>
    public required ExecutorEvents Events { get; init; }

    /// <summary>The clock of its events.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Whether those who show executors to people show this one.</summary>
    public required bool IsShown { get; init; }

    /// <summary>The tags of everything that is measured about it.</summary>
    public KeyValuePair<string, object?>[] Tags => field ??= TelemetryNames.TagsOf(name, kind);

    /// <summary>The executor itself; null if it was collected.</summary>
    public IExecutorControl? Control => _control.TryGetTarget(out IExecutorControl? there) ? there : null;
}

/// <summary>What a person may do to an executor while it works. Thread-safe.</summary>
internal interface IExecutorControl
{
    /// <summary>Whether the executor has workers that can be replaced.</summary>
    bool CanRecycle { get; }

    /// <summary>Replaces a worker; see <c>ProcessPoolExecutor.RecycleAsync</c>.</summary>
    Task RecycleAsync(int workerId);

    /// <summary>Ends a task that a worker has, as a cancellation does: its token, the grace, the kill. Its caller gets an
    /// <see cref="ExecutorException"/>. Returns false if no worker has such a task.</summary>
    bool TryEndTask(long taskId);

    /// <summary>Accepts no more tasks and lets those that there are end; the executor is closed then.</summary>
    Task DrainAsync();
}
