namespace Offloop.Coordinator.Fetching;

/// <summary>What a blocking call does.</summary>
internal enum WorkKind
{
    /// <summary>It fetches a URL.</summary>
    Http,

    /// <summary>It computes for a tenth of a second.</summary>
    Cpu,

    /// <summary>It makes much garbage for a tenth of a second.</summary>
    Alloc,

    /// <summary>Every tenth call ends its process.</summary>
    Crash,

    /// <summary>Every tenth call never returns.</summary>
    Hang,

    /// <summary>Each call keeps memory for good.</summary>
    Leak,
}
