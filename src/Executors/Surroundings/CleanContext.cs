namespace Offloop.Surroundings;

/// <summary>The execution context of a thread that has just started: no <see cref="AsyncLocal{T}"/> has a value in it.</summary>
internal static class CleanContext
{
    private static readonly ExecutionContext s_clean = Capture();

    /// <summary>The context itself.</summary>
    public static ExecutionContext Instance => s_clean;

    /// <summary>Runs an action in the context. Threads, timers and tasks that the action starts keep nothing of the caller: not the
    /// request that happened to make an executor, nor its trace or culture.</summary>
    public static void Run(Action action) => ExecutionContext.Run(s_clean, static action => ((Action)action!)(), action);

    private static ExecutionContext Capture()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture(), maxStackSize: 64 << 10);
        thread.UnsafeStart();
        thread.Join();
        return captured!;
    }
}
