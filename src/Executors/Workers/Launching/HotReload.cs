using System.Reflection.Metadata;
using System.Runtime.CompilerServices;
using Offloop.Telemetry;
using Offloop.Workers;

[assembly: MetadataUpdateHandler(typeof(HotReload))]

namespace Offloop.Workers;

/// <summary>Tells the owner of a pool that an edit which <c>dotnet watch</c> or an IDE has brought into this process is not in its workers.
/// Such an edit changes the loaded code and no file, and the workers run what the files hold: to replace them would change nothing.
/// Thread-safe.</summary>
internal static class HotReload
{
    /// <summary>The pools that run this application's code, each with a flag that is 1 once its owner was told.</summary>
    private static readonly ConditionalWeakTable<ExecutorEvents, StrongBox<int>> s_pools = [];
    private static volatile bool s_isEdited;

    /// <summary>Begins to tell, and tells at once if this process has an edit already.</summary>
    public static void Watch(ExecutorEvents pool)
    {
        var isTold = new StrongBox<int>();
        s_pools.Add(pool, isTold);
        if (s_isEdited)
            Tell(pool, isTold);
    }

    /// <summary>Tells no more, because the pool was shut down.</summary>
    public static void Forget(ExecutorEvents pool) => s_pools.Remove(pool);

    /// <summary>Called by the runtime's hot reload, by this name, after each edit.</summary>
    internal static void UpdateApplication(Type[]? updatedTypes)
    {
        s_isEdited = true;
        foreach ((ExecutorEvents pool, StrongBox<int> isTold) in s_pools)
            Tell(pool, isTold);
    }

    private static void Tell(ExecutorEvents pool, StrongBox<int> isTold)
    {
        if (Interlocked.Exchange(ref isTold.Value, 1) == 0)
            pool.Tell(new ApplicationEdited());
    }
}
