using System.Diagnostics;
using System.Globalization;

namespace Offloop.SampleTasks;

/// <summary>Things that a task finds around it.</summary>
public sealed record Found(
    string? Local, string Culture, string UICulture, string? Synchronization, ThreadPriority Priority, bool IsDefaultPriority,
    string? Parent, string? State, string[] Baggage);

/// <summary>Tasks that look at what surrounds them, and that change it.</summary>
public static class Surrounded
{
    private static readonly AsyncLocal<string?> s_local = new();

    /// <summary>A value that a test sets around its calls.</summary>
    public static AsyncLocal<string?> Local => s_local;

    public static Found Look()
    {
        Activity? activity = Activity.Current;
        return new Found(
            s_local.Value, CultureInfo.CurrentCulture.Name, CultureInfo.CurrentUICulture.Name,
            SynchronizationContext.Current?.GetType().Name, Thread.CurrentThread.Priority,
            Thread.CurrentThread.Priority == ThreadPriority.Normal, activity?.ParentId, activity?.TraceStateString,
            [.. activity?.Baggage.Select(static pair => $"{pair.Key}={pair.Value}") ?? []]);
    }

    /// <summary>The names of the assemblies that this process has loaded.</summary>
    public static string[] LoadedAssemblies() =>
        [.. AppDomain.CurrentDomain.GetAssemblies().Select(static assembly => assembly.GetName().Name!)];

    /// <summary>Changes everything that ends with a task, and leaves it so.</summary>
    public static int Change()
    {
        s_local.Value = "left by a task";
        CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = "_";
        SynchronizationContext.SetSynchronizationContext(new StuckContext());
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        Thread.CurrentThread.Name = "left by a task";
        new Activity("left by a task").Start();
        return Environment.CurrentManagedThreadId;
    }

    /// <summary>Text that depends on the culture, and the thread's name.</summary>
    public static (string Number, string? ThreadName) Write() => (1.5.ToString(CultureInfo.CurrentCulture), Thread.CurrentThread.Name);

    /// <summary>Awaits something that is not done yet, which needs a context that runs its continuation.</summary>
    public static async Task<int> AwaitAsync()
    {
        await Task.Yield();
        return 1;
    }

    /// <summary>Lowers the priority of its thread and renames it, and yields how it finds both in its next step.</summary>
    public static IEnumerable<(ThreadPriority Priority, string? Name)> ChangeThread(int ignored)
    {
        (Thread.CurrentThread.Priority, Thread.CurrentThread.Name) = (ThreadPriority.BelowNormal, "renamed");
        for (int i = 0; i < 2; i++)
            yield return (Thread.CurrentThread.Priority, Thread.CurrentThread.Name);
    }

    /// <summary>Yields what it finds in its local value, which it changes with each item.</summary>
    public static IEnumerable<string?> Count(int items)
    {
        for (int i = 0; i < items; i++)
        {
            yield return s_local.Value;
            s_local.Value = $"item {i}";
        }
    }

    private sealed class StuckContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            // nobody ever runs it
        }
    }
}
