using Microsoft.Extensions.Logging;

namespace Offloop.Cluster.Silos;

/// <summary>The log lines of a silo. The event ids are stable, and no other part of the library uses them.</summary>
internal static partial class Log
{
    [LoggerMessage(44, LogLevel.Error, "The silo {Name} has ended: {Reason}")]
    public static partial void SiloEnded(this ILogger logger, string name, string reason);

    [LoggerMessage(45, LogLevel.Warning, "The silo {Name} was not stopped as it should be: {Reason}")]
    public static partial void SiloNotStopped(this ILogger logger, string name, string reason);
}
