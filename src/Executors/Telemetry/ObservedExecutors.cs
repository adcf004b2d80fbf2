using System.Runtime.CompilerServices;

namespace Offloop.Telemetry;

/// <summary>The executors of this process that can be asked what they are doing. It keeps none of them alive. Thread-safe.</summary>
internal static class ObservedExecutors
{
    private static readonly ConditionalWeakTable<ObservedExecutor, object?> s_all = [];
    private static int s_isPrepared;

    public static IEnumerable<ObservedExecutor> All
    {
        get
        {
            foreach ((ObservedExecutor observed, _) in s_all)
                yield return observed;
        }
    }

    /// <summary>Adds an executor, until the returned object is collected or forgotten.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="snapshot">Takes a snapshot. It must not keep the returned object alive.</param>
    public static ObservedExecutor Add(string name, string kind, Func<ExecutorSnapshot> snapshot)
    {
        var observed = new ObservedExecutor(name, kind, snapshot);
        s_all.Add(observed, null);
        // The instruments are made in the background: a pool starts its first worker meanwhile.
        if (Interlocked.Exchange(ref s_isPrepared, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static _ => _ = ExecutorMeter.MeasuresTasks, null);
        return observed;
    }

    /// <summary>Takes an executor out.</summary>
    public static void Forget(ObservedExecutor observed) => s_all.Remove(observed);
}

/// <summary>An executor that can be asked what it is doing.</summary>
internal sealed class ObservedExecutor(string name, string kind, Func<ExecutorSnapshot> snapshot)
{
    /// <summary>The tags of everything that is measured about it.</summary>
    public KeyValuePair<string, object?>[] Tags => field ??= TelemetryNames.TagsOf(name, kind);

    public ExecutorSnapshot Snapshot() => snapshot();
}
