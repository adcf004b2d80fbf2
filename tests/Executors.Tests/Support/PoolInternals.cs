using System.Reflection;

namespace Offloop.Tests;

/// <summary>Digs out parts of a pool that it shows to nobody.</summary>
internal static class PoolInternals
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>The channels of the workers that are ready.</summary>
    public static object[] ChannelsOf(ProcessPoolExecutor pool)
    {
        object scheduler = typeof(Executor).GetProperty("Scheduler", Members)!.GetValue(pool)!;
        var slots = (System.Collections.IEnumerable)Field(Field(scheduler, "_source"), "_slots");
        return [.. slots.Cast<object>().Select(static slot => Field(slot, "_channel"))];
    }

    public static object Field(object holder, string name) => holder.GetType().GetField(name, Members)!.GetValue(holder)!;
}
