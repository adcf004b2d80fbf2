namespace Offloop.SampleTasks;

/// <summary>Initializers of a thread, and tasks that see their work. Each thread has its values.</summary>
public static class Prepared
{
    [ThreadStatic]
    private static int t_times;

    [ThreadStatic]
    private static string? t_given;

    [ThreadStatic]
    private static Found? t_found;

    public static (int Times, string? Given, int Thread) Look() => (t_times, t_given, Environment.CurrentManagedThreadId);

    public static Found? Found() => t_found;

    public static void Prepare(string given)
    {
        t_times++;
        t_given = given;
    }

    /// <summary>Adds an entry to its argument.</summary>
    public static void Enter(List<int> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        entries.Add(entries.Count);
    }

    /// <summary>Notes its surroundings, and changes everything that has to end with it.</summary>
    public static void Surround()
    {
        t_found = Surrounded.Look();
        Surrounded.Change();
    }
}
