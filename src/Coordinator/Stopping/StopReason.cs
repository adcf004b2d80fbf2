namespace Offloop.Coordinator.Stopping;

/// <summary>The reason why a run ends.</summary>
internal enum StopReason
{
    /// <summary>The duration is over.</summary>
    Duration,

    /// <summary>All the fetches that were asked for are done.</summary>
    Count,

    /// <summary>As many lines of a map have failed as may.</summary>
    Failures,

    /// <summary>Ctrl+C or a signal.</summary>
    Interrupted,

    /// <summary>Nobody reads stdout any more.</summary>
    OutputClosed,

    /// <summary>The run cannot go on.</summary>
    Failed,
}
