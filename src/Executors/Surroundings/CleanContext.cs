using System.Globalization;

namespace Offloop.Surroundings;

/// <summary>The execution context of a thread that has just started: no <see cref="AsyncLocal{T}"/> has a value in it.</summary>
internal static class CleanContext
{
    private static readonly ExecutionContext s_clean = Capture(out s_culture);
    private static readonly CultureInfo? s_culture;

    /// <summary>The context itself.</summary>
    public static ExecutionContext Instance => s_clean;

    /// <summary>The culture that the system has given to this process; null if the program had set a default of its threads
    /// first.</summary>
    public static CultureInfo? SystemCulture => s_culture;

    /// <summary>Runs an action in the context. Threads, timers and tasks that the action starts keep nothing of the caller: not the
    /// request that happened to make an executor, nor its trace or culture.</summary>
    public static void Run(Action action) => ExecutionContext.Run(s_clean, static action => ((Action)action!)(), action);

    private static ExecutionContext Capture(out CultureInfo? culture)
    {
        (ExecutionContext? Context, CultureInfo? Culture) captured = default;
        var thread = new Thread(
            () => captured = (
                ExecutionContext.Capture(), CultureInfo.DefaultThreadCurrentCulture is null ? CultureInfo.CurrentCulture : null),
            maxStackSize: 64 << 10);
        thread.UnsafeStart();
        thread.Join();
        culture = captured.Culture;
        return captured.Context!;
    }
}
