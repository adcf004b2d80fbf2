using System.Collections.Concurrent;

namespace Offloop.Telemetry;

/// <summary>The inline tasks that run now, by thread, for whoever asks what blocks a loop. They are noted only while somebody may ask.
/// Thread-safe.</summary>
internal static class InlineCalls
{
    private static readonly ConcurrentDictionary<int, (string Task, long Number)> s_calls = new();
    private static long s_last;
    private static int s_askers;

    /// <summary>Begins to note calls.</summary>
    public static void Watch() => Interlocked.Increment(ref s_askers);

    /// <summary>Ends what <see cref="Watch"/> began.</summary>
    public static void Unwatch() => Interlocked.Decrement(ref s_askers);

    /// <summary>Notes that the calling thread runs a task, until <see cref="Leave"/>. Returns the task that it ran before, which has called
    /// this one.</summary>
    public static (string Task, long Number)? Enter(string task)
    {
        if (Volatile.Read(ref s_askers) == 0)
            return null;
        int thread = Environment.CurrentManagedThreadId;
        (string Task, long Number)? outer = s_calls.TryGetValue(thread, out (string, long) found) ? found : null;
        s_calls[thread] = (task, Interlocked.Increment(ref s_last));
        return outer;
    }

    /// <summary>Notes that the calling thread's task is over.</summary>
    public static void Leave((string Task, long Number)? outer)
    {
        if (s_calls.IsEmpty)
            return;
        if (outer is { } before)
            s_calls[Environment.CurrentManagedThreadId] = before;
        else
            s_calls.TryRemove(Environment.CurrentManagedThreadId, out _);
    }

    /// <summary>The name of the task that a thread runs, or null.</summary>
    /// <param name="thread">The managed id of the thread; null for the one that has run its task for longest.</param>
    public static string? Find(int? thread)
    {
        if (thread is { } id)
            return s_calls.TryGetValue(id, out (string Task, long) found) ? found.Task : null;
        return s_calls.Values.OrderBy(static call => call.Number).Select(static call => call.Task).FirstOrDefault();
    }
}
