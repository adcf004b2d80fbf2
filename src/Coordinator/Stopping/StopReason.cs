namespace Offloop.Coordinator.Stopping;

/// <summary>Why a run ends.</summary>
internal enum StopReason
{
    /// <summary>Its time is over.</summary>
    Duration,

    /// <summary>The fetches that were asked for are done.</summary>
    Count,

    /// <summary>Ctrl+C or a signal.</summary>
    Interrupted,

    /// <summary>Nobody reads stdout any more.</summary>
    OutputClosed,

    /// <summary>It cannot go on.</summary>
    Failed,
}
