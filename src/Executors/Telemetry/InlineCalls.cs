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

    /// <summary>Notes that the calling thread runs a task, until the result is disposed.</summary>
    public static Call Enter(string task)
    {
        if (Volatile.Read(ref s_askers) == 0)
            return default;
        int thread = Environment.CurrentManagedThreadId;
        (string Task, long Number)? outer = s_calls.TryGetValue(thread, out (string, long) found) ? found : null;
        s_calls[thread] = (task, Interlocked.Increment(ref s_last));
        return new Call(IsNoted: true, outer);
    }

    /// <summary>The name of the task that a thread runs, or null.</summary>
    /// <param name="thread">The managed id of the thread; null for the one that has run its task for longest.</param>
    public static string? Find(int? thread)
    {
        if (thread is { } id)
            return s_calls.TryGetValue(id, out (string Task, long) found) ? found.Task : null;
        return s_calls.Values.OrderBy(static call => call.Number).Select(static call => call.Task).FirstOrDefault();
    }

    /// <summary>A call of the thread that made it.</summary>
    /// <param name="IsNoted">Whether it was noted.</param>
    /// <param name="Outer">The task of this thread that has made the call, if there is one.</param>
    public readonly record struct Call(bool IsNoted, (string Task, long Number)? Outer) : IDisposable
    {
        public void Dispose()
        {
            if (!IsNoted)
                return;
            if (Outer is { } outer)
                s_calls[Environment.CurrentManagedThreadId] = outer;
            else
                s_calls.TryRemove(Environment.CurrentManagedThreadId, out _);
        }
    }
}
